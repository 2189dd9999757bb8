package dev.journey.reload;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which route file keeps the application from starting. */
public class RoutesRefusedFailureAnalyzer extends AbstractFailureAnalyzer<RoutesRefusedException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, RoutesRefusedException cause) {
        return new FailureAnalysis(
                "The routes are refused: " + cause.getMessage(), "Correct the file and start again.", cause);
    }
}
