using Microsoft.Playwright;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd.Browser;

/// <summary>
/// One browser for all tests of a class: the Chromium of the system, from the environment variable CHROMIUM or the path. Every page has a
/// profile of its own, and fails its test when its console reports an error that the test does not expect.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    // A machine that runs all tests at once is slow; no test relies on this being short.
    static Chromium() => Assertions.SetDefaultExpectTimeout((float)Eventually.Patience.TotalMilliseconds);

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable(),
            Headless = true,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    internal async Task<OpenPage> OpenAsync(Uri address, int width = 1440, ColorScheme scheme = ColorScheme.Light, string? zone = null)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
            TimezoneId = zone,
        });
        context.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        return new OpenPage(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
    }

    private static string Executable()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named)
        {
            return named;
        }
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.SelectMany(folder => (string[])[Path.Combine(folder, "chromium"), Path.Combine(folder, "chromium-browser")])
            .FirstOrDefault(File.Exists) ?? throw new FileNotFoundException("browser tests need Chromium: install it, or name it in CHROMIUM");
    }
}
