package dev.journey.validator;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Whether Java routes compile with the service's libraries and, as far as their texts are written out in the calls of
 * Camel's Java DSL, whether they keep the rules for endpoints, ids and Simple.
 */
final class JavaCheck {

    private static final Set<String> ENDPOINTS = Set.of(
            "from", "to", "toD", "wireTap", "enrich", "pollEnrich", "interceptSendToEndpoint", "deadLetterChannel");
    private static final Set<String> CONSUMERS = Set.of("from", "pollEnrich");

    private final EndpointCheck endpoints;
    private final SimpleCheck simple;

    JavaCheck(EndpointCheck endpoints, SimpleCheck simple) {
        this.endpoints = endpoints;
        this.simple = simple;
    }

    /** @param files of one service, which are compiled together */
    void check(List<Path> files, Service service, IdentityCheck identities, Findings findings) throws IOException {
        if (files.isEmpty()) {
            return;
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            files.forEach(
                    file -> findings.add(file, 1, "this Java has no compiler to check it with; run this on a JDK"));
            return;
        }
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(diagnostics, Locale.ROOT, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    manager,
                    diagnostics,
                    List.of("-proc:none", "-classpath", service.classPath()),
                    null,
                    manager.getJavaFileObjectsFromPaths(files));
            List<CompilationUnitTree> units = new ArrayList<>();
            task.parse().forEach(units::add);
            if (service.isBuilt()) {
                task.analyze();
            }
            for (Diagnostic<? extends JavaFileObject> diagnostic : diagnostics.getDiagnostics()) {
                if (diagnostic.getKind() == Diagnostic.Kind.ERROR && diagnostic.getSource() != null) {
                    findings.add(
                            Path.of(diagnostic.getSource().toUri()),
                            (int) Math.max(1, diagnostic.getLineNumber()),
                            "it does not compile: " + diagnostic.getMessage(Locale.ROOT));
                }
            }
            for (CompilationUnitTree unit : units) {
                new Calls(unit, Trees.instance(task), service, identities, findings).scan(unit, null);
            }
        }
    }

    /** Looks at the calls of one file. */
    private final class Calls extends TreeScanner<Void, Void> {

        private final CompilationUnitTree unit;
        private final Trees trees;
        private final Path file;
        private final Service service;
        private final IdentityCheck identities;
        private final Findings findings;

        Calls(CompilationUnitTree unit, Trees trees, Service service, IdentityCheck identities, Findings findings) {
            this.unit = unit;
            this.trees = trees;
            this.file = Path.of(unit.getSourceFile().toUri());
            this.service = service;
            this.identities = identities;
            this.findings = findings;
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
            String name = name(call);
            String text = call.getArguments().isEmpty()
                    ? null
                    : text(call.getArguments().get(0));
            if (text != null) {
                int line = line(call.getArguments().get(0));
                if (ENDPOINTS.contains(name)) {
                    endpoints.check(
                            text,
                            Map.of(),
                            CONSUMERS.contains(name),
                            service,
                            (option, words) -> findings.add(file, line, words));
                    Placeholders.check(text, service, (placeholder, words) -> findings.add(file, line, words));
                } else if (name.equals("routeId")) {
                    identities.checkPrefix(file, line, text);
                    identities.checkUnique(file, line, text);
                } else if (name.equals("simple") || name.equals("log")) {
                    String error = simple.expressionError(text);
                    if (error != null && simple.predicateError(text) != null) {
                        findings.add(file, line, "Simple cannot read '" + text + "': " + error);
                    }
                }
            }
            return super.visitMethodInvocation(call, unused);
        }

        @Override
        public Void visitExpressionStatement(ExpressionStatementTree statement, Void unused) {
            Set<String> names = new TreeSet<>();
            ExpressionTree expression = statement.getExpression();
            while (expression instanceof MethodInvocationTree call) {
                names.add(name(call));
                expression = call.getMethodSelect() instanceof MemberSelectTree select ? select.getExpression() : null;
            }
            if (names.contains("from")) {
                int line = line(statement);
                if (!names.contains("routeId")) {
                    findings.add(file, line, "this route has no routeId; begin it with '" + service.name() + "-'");
                }
                if (!names.contains("routeDescription") && !names.contains("description")) {
                    findings.add(file, line, "this route has no routeDescription; say what it is for");
                }
            }
            return super.visitExpressionStatement(statement, unused);
        }

        private static String name(MethodInvocationTree call) {
            if (call.getMethodSelect() instanceof IdentifierTree identifier) {
                return identifier.getName().toString();
            }
            return ((MemberSelectTree) call.getMethodSelect()).getIdentifier().toString();
        }

        // A text, or several that are put together.
        private static String text(ExpressionTree expression) {
            if (expression instanceof LiteralTree literal && literal.getValue() instanceof String text) {
                return text;
            }
            if (expression instanceof com.sun.source.tree.BinaryTree both && both.getKind() == Tree.Kind.PLUS) {
                String left = text(both.getLeftOperand());
                String right = text(both.getRightOperand());
                return left == null || right == null ? null : left + right;
            }
            return null;
        }

        private int line(Tree tree) {
            long position = trees.getSourcePositions().getStartPosition(unit, tree);
            return (int) unit.getLineMap().getLineNumber(position);
        }
    }
}
