package dev.journey.test;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A Chromium without a window: the one that is installed, with its driver, as Debian and others package them. */
final class Browser implements AutoCloseable {

    private static final Path SCREENSHOTS = Path.of(System.getProperty("test.screenshots", "target/screenshots"));
    private static final List<String> COMMANDS = List.of("chromium", "chromium-browser", "google-chrome");
    private static final String DRIVER = "chromedriver";

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Whether there is a Chromium with its driver here. */
    static boolean isInstalled() {
        return COMMANDS.stream().anyMatch(command -> find(command) != null) && find(DRIVER) != null;
    }

    static Browser start() {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(COMMANDS.stream()
                .map(Browser::find)
                .filter(path -> path != null)
                .findFirst()
                .orElseThrow()
                .toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars");
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(find(DRIVER).toFile())
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().implicitlyWait(Duration.ofSeconds(10));
        return new Browser(driver);
    }

    private static Path find(String command) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    void open(String address) {
        driver.get(address);
    }

    void resize(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    /** Prefers the scheme {@code light} or {@code dark} from now on. */
    void prefer(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    WebElement find(By place) {
        return driver.findElement(place);
    }

    String textOf(String selector) {
        return find(By.cssSelector(selector)).getText();
    }

    /** Moves the focus by the tabulator until it is on the element of this id. */
    void tabTo(String id) {
        for (int presses = 0; presses < 100; presses++) {
            new Actions(driver).sendKeys(Keys.TAB).perform();
            if (id.equals(driver.switchTo().activeElement().getAttribute("id"))) {
                return;
            }
        }
        throw new AssertionError("The tabulator does not lead to " + id);
    }

    void press(CharSequence keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Goes to the window that a link has opened. */
    void goToNewWindow() {
        String current = driver.getWindowHandle();
        String other = driver.getWindowHandles().stream()
                .filter(window -> !window.equals(current))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No window was opened"));
        driver.switchTo().window(other);
    }

    void closeWindow() {
        driver.close();
        driver.switchTo().window(driver.getWindowHandles().iterator().next());
    }

    String address() {
        return driver.getCurrentUrl();
    }

    /** How much wider the page is than the window, in CSS pixels. */
    long overflow() {
        return ((Number) driver.executeScript(
                        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .longValue();
    }

    /** What the browser's console was told since this was asked last: errors and warnings. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getMessage())
                .toList();
    }

    /** What keeps people from using the page, by the rules of axe. */
    List<Rule> obstacles() {
        return new AxeBuilder().analyze(driver).getViolations();
    }

    /** Keeps a picture of the whole page. */
    void keepPicture(String name) throws IOException {
        Dimension window = driver.manage().window().getSize();
        long height = ((Number) driver.executeScript("return document.documentElement.scrollHeight")).longValue();
        long width = ((Number) driver.executeScript("return window.innerWidth")).longValue();
        resize(Math.toIntExact(width), Math.toIntExact(height));
        Files.createDirectories(SCREENSHOTS);
        Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        resize(Math.toIntExact(width), window.getHeight());
    }

    @Override
    public void close() {
        driver.quit();
    }
}
