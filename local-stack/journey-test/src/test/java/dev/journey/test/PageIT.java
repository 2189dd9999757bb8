package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** The page as a person uses it: in a browser, on the local stack, with its Zipkin. */
@Tag("any-broker")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int WIDE = 1200;
    private static final int PHONE = 360;
    private static final int HEIGHT = 900;
    private static final int LAST = Integer.MAX_VALUE;

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static LocalStack stack;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(Browser.isInstalled(), "there is no chromium with its chromedriver here");
        }
        browser = Browser.start();
        stack = LocalStack.start();
    }

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
        }
        if (stack != null) {
            stack.close();
        }
    }

    @BeforeEach
    void open() {
        browser.prefer("light");
        browser.resize(WIDE, HEIGHT);
        browser.open(stack.page());
        await("the catalogue").atMost(PATIENCE).until(() -> browser.textOf("#total")
                .equals("1234"));
        browser.complaints();
    }

    @Test
    @Order(1)
    void aCheckoutByKeyboardIsAnsweredAndItsLinkOpensItsTrace() throws Exception {
        browser.tabTo("item-2");
        browser.press(Keys.ARROW_UP);
        assertThat(browser.textOf("#total")).isEqualTo("1583");
        browser.tabTo("checkout");
        browser.press(Keys.ENTER);

        awaitAnswer("Accepted (202)");
        assertThat(browser.textOf("#answer")).containsPattern("It took \\d+ ms");
        String traceId = browser.textOf("#trace-id");
        assertThat(traceId).matches("[0-9a-f]{32}");
        assertThat(browser.textOf("#past tr:first-child")).contains("5 items", "Accepted", traceId.substring(0, 8));
        awaitFigure("#gateway", "answered", "1");
        awaitFigure("#checkout-service", "answered", "1");
        awaitFigure("#stock", "consumers", "4");
        awaitFigure("#stock", "waiting", "0");
        awaitFigure("#stock", "deadLetters", "0");
        await("five spans").atMost(PATIENCE).until(() -> spansOf(traceId) == 5);
        assertThat(browser.complaints()).isEmpty();

        browser.find(By.cssSelector("#answer a")).click();
        browser.goToNewWindow();
        assertThat(browser.address()).startsWith(stack.zipkin());
        await("Zipkin to show the trace").atMost(PATIENCE).untilAsserted(() -> assertThat(browser.textOf("body"))
                .containsIgnoringCase(traceId)
                .containsIgnoringCase("checkout.checkout/docheckout")
                .containsIgnoringCase("stock"));
        browser.closeWindow();
    }

    @Test
    @Order(2)
    void anErrorIsToldInWordsWithTheTraceToReport() throws Exception {
        browser.find(By.id("other")).sendKeys("99", Keys.ENTER);
        browser.find(By.id("checkout")).click();

        awaitAnswer("Not in the catalogue (422)");
        assertThat(browser.textOf("#answer"))
                .contains("Item 99 is not in the catalogue.", "To report it, give the trace: ");
        String traceId = browser.textOf("#trace-id");
        assertThat(browser.find(By.cssSelector("#answer a")).getAttribute("href"))
                .isEqualTo(stack.zipkin() + "/zipkin/traces/" + traceId);
        assertThat(browser.textOf("#past tr:first-child")).contains("Item 99 is not in the catalogue");
        // The browser's own words for any answer that is not a success, and nothing of the page's.
        assertThat(browser.complaints()).singleElement().asString().contains("/api/checkout", "422");
        awaitFigure("#gateway", "refused", "1");
        browser.keepPicture("page-error");
    }

    @Test
    @Order(3)
    void anEmptyBasketIsRefusedInWords() {
        for (int item = 1; item <= 4; item++) {
            browser.find(By.id("item-" + item)).sendKeys(Keys.chord(Keys.CONTROL, "a"), "0");
        }
        browser.find(By.id("checkout")).click();

        awaitAnswer("Not a basket (400)");
        assertThat(browser.textOf("#answer")).contains("A basket has 1 to 100 items.");
    }

    @ParameterizedTest
    @CsvSource({"light, 1200", "dark, 1200", "light, 360", "dark, 360"})
    @Order(4)
    void everybodyCanUseIt(String scheme, int width) throws Exception {
        browser.prefer(scheme);
        browser.resize(width, HEIGHT);
        browser.find(By.id("checkout")).click();
        awaitAnswer("Accepted (202)");

        assertThat(browser.overflow()).isZero();
        assertThat(browser.obstacles()).isEmpty();
        assertThat(browser.complaints()).isEmpty();
        browser.keepPicture("page" + (scheme.equals("dark") ? "-dark" : "") + (width == PHONE ? "-phone" : ""));
    }

    @Test
    @Order(5)
    void theApiCanBeTriedInTheBrowser() throws Exception {
        browser.open(stack.page() + "page/api.html");
        browser.find(By.cssSelector("#operations-checkout-checkout button")).click();
        browser.find(By.cssSelector("#operations-checkout-checkout .execute")).click();

        await("the answer").atMost(PATIENCE).untilAsserted(() -> assertThat(
                        browser.textOf("#operations-checkout-checkout .live-responses-table"))
                .contains("202", "x-trace-id"));
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    @Order(6)
    void thePageAndItsFiguresMakeNoSpans() throws Exception {
        browser.find(By.id("checkout")).click();
        awaitAnswer("Accepted (202)");
        awaitFigure("#checkout-service", "reachable", "yes");

        JsonNode spans = zipkin("/api/v2/spans?serviceName=gateway");
        assertThat(spans)
                .extracting(JsonNode::asText)
                .containsOnly("post /api/checkout", "checkout.checkout/docheckout");
    }

    @Test
    @Order(7)
    void whatStockTakesIsARate() {
        await("orders taken")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    browser.find(By.id("checkout")).click();
                    assertThat(browser.textOf("#stock [data-figure=rate]")).matches("[1-9]\\d*|\\d\\.[1-9]");
                });
        awaitFigure("#stock", "failures", "0.0");
        // Nothing more is announced, and nothing waits.
        awaitFigure("#stock", "rate", "0.0");
    }

    @Test
    @Order(LAST)
    void whatIsNotKnownIsSaidToBeSo() throws Exception {
        stack.kill("checkout");

        awaitFigure("#checkout-service", "reachable", "no");
        awaitFigure("#stock", "waiting", "unknown");
        awaitFigure("#stock", "rate", "unknown");
        awaitFigure("#stock", "failures", "unknown");
        awaitFigure("#stock", "deadLetters", "unknown");
        browser.find(By.id("checkout")).click();
        awaitAnswer("Not possible now (503)");
        assertThat(browser.textOf("#answer")).contains("try again (after 1 second).");
        awaitFigure("#gateway", "failed", "1");
        browser.keepPicture("page-without-checkout");
    }

    private static void awaitAnswer(String outcome) {
        await("the answer").atMost(PATIENCE).untilAsserted(() -> assertThat(browser.textOf("#answer"))
                .contains(outcome));
    }

    private static void awaitFigure(String service, String name, String value) {
        await(name + " of " + service).atMost(PATIENCE).untilAsserted(() -> assertThat(
                        browser.textOf(service + " [data-figure=" + name + "]"))
                .isEqualTo(value));
    }

    private static int spansOf(String traceId) throws Exception {
        return zipkin("/api/v2/trace/" + traceId).size();
    }

    // What is not there yet is an error in words, not an array.
    private static JsonNode zipkin(String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(stack.zipkin() + path)).build();
        String body = HTTP.send(request, BodyHandlers.ofString()).body();
        return body.startsWith("[") ? JSON.readTree(body) : JSON.missingNode();
    }
}
