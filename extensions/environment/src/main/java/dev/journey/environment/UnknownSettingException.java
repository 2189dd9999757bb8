package dev.journey.environment;

import org.springframework.boot.origin.Origin;

/** A setting that nothing knows. The message names it and where it stands, and not its value, which may be a secret. */
public class UnknownSettingException extends RuntimeException {

    /** @param origin where the setting stands; null if that is not known */
    public UnknownSettingException(String name, Origin origin) {
        super("There is no setting '" + name + "'" + (origin == null ? "" : ", which stands in " + origin));
    }
}
