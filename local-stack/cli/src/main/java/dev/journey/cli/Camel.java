package dev.journey.cli;

import org.apache.camel.dsl.jbang.core.commands.CamelJBangMain;

/** Camel's command line. */
public final class Camel {

    private Camel() {}

    /** @param arguments as those of the {@code camel} command */
    public static void main(String[] arguments) {
        CamelJBangMain.run(arguments);
    }
}
