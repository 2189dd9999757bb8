package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for this host and its key, made by the JDK's keytool, in the forms that an SSL bundle takes.
 *
 * @param certificate signed by itself
 * @param certificateFile it in PEM
 * @param keyFile its private key in PEM
 * @param keyStore both in PKCS #12
 * @param trustStore the certificate alone in PKCS #12, as what others trust
 */
record Certificate(X509Certificate certificate, Path certificateFile, Path keyFile, Path keyStore, Path trustStore) {

    /**
     * Makes one.
     *
     * @param folder where its files go; there are others of the same name written over
     * @param password of both stores
     */
    static Certificate make(Path folder, String name, String password)
            throws IOException, InterruptedException, GeneralSecurityException {
        Files.createDirectories(folder);
        Path keyStore = folder.resolve(name + ".p12");
        Files.deleteIfExists(keyStore);
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-validity",
                        "2",
                        "-ext",
                        "SAN=IP:127.0.0.1,DNS:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keyStore.toString(),
                        "-storepass",
                        password)
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();

        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream input = Files.newInputStream(keyStore)) {
            store.load(input, password.toCharArray());
        }
        X509Certificate certificate = (X509Certificate) store.getCertificate(name);
        Path certificateFile = pem(folder.resolve(name + ".crt"), "CERTIFICATE", certificate.getEncoded());
        Path keyFile = pem(
                folder.resolve(name + ".key"),
                "PRIVATE KEY",
                store.getKey(name, password.toCharArray()).getEncoded());
        Path trustStore = folder.resolve(name + "-trust.p12");
        try (OutputStream file = Files.newOutputStream(trustStore)) {
            trusting(certificate).store(file, password.toCharArray());
        }
        return new Certificate(certificate, certificateFile, keyFile, keyStore, trustStore);
    }

    private static Path pem(Path file, String type, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(file, "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
    }

    private static KeyStore trusting(X509Certificate certificate) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("trusted", certificate);
        return trusted;
    }

    /** What a client needs that trusts this certificate, and no other. */
    SSLContext trustingClient() throws IOException, GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusting(certificate));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
