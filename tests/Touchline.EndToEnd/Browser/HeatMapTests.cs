using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd.Browser;

/// <summary>Native histograms as a person sees them.</summary>
public sealed class HeatMapTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TouchlineProcess? _touchline;

    public async ValueTask InitializeAsync()
    {
        StoredHistograms.Write(Path.Combine(_folder.Path, "data"));
        _touchline = await TouchlineProcess.StartAsync(_folder.Path);
    }

    [Fact]
    public async Task A_rate_of_histograms_is_a_heat_map_of_their_sum_until_one_is_chosen()
    {
        await using var open = await chromium.OpenAsync(_touchline!.Url);
        await open.Page.GotoAsync("/explore?refresh=off&from=now-1h&to=now&q=" + Uri.EscapeDataString("rate(request_duration_seconds[2m])"));

        await Assertions.Expect(open.Page.Locator(".tl-heat-legend")).ToContainTextAsync("sum of 2 histograms");
        await Assertions.Expect(open.Page.Locator(".tl-banner")).ToHaveCountAsync(0);
        Assert.True(await CellsAsync(open.Page) > 1000);
        var plot = await open.Page.Locator(".tl-chart-plot").BoundingBoxAsync();
        await open.Page.Mouse.MoveAsync(plot!.X + plot.Width * 0.7f, plot.Y + plot.Height * 0.5f);
        await Assertions.Expect(open.Page.Locator(".tl-tip")).ToHaveTextAsync(new Regex(@"\d m?s – [\d.]+ m?s.*all observations[\d.]+/saverage100 ms"));

        await open.Page.SelectOptionAsync("#tl-histogram", new SelectOptionValue { Index = 2 });

        await Assertions.Expect(open.Page.Locator(".tl-heat-legend")).ToContainTextAsync("route=\"b\"");
        await open.AddressAsync("histogram=");
        Assert.Empty(open.Complaints);
    }

    [Fact]
    public async Task Counts_since_the_start_are_said_to_be_that()
    {
        await using var open = await chromium.OpenAsync(_touchline!.Url);
        await open.Page.GotoAsync("/explore?refresh=off&from=now-1h&to=now&q=drift_celsius");

        await Assertions.Expect(open.Page.Locator(".tl-banner")).ToContainTextAsync("since their targets started");
    }

    [Fact]
    public async Task The_table_has_a_picture_and_figures_of_each_histogram()
    {
        await using var open = await chromium.OpenAsync(_touchline!.Url);
        await open.Page.GotoAsync("/explore?refresh=off&tab=table&q=payload_bytes");

        await Assertions.Expect(open.Page.Locator(".tl-hist-bars rect")).ToHaveCountAsync(6);
        await Assertions.Expect(open.Page.Locator(".tl-hist-facts")).ToContainTextAsync("average 0.1 B");
        await open.Page.ClickAsync(".tl-hist summary");
        await Assertions.Expect(open.Page.Locator(".tl-hist li").Nth(1)).ToContainTextAsync("(128 B, 512 B]:");
        Assert.Empty(open.Complaints);
    }

    public async ValueTask DisposeAsync()
    {
        if (_touchline is not null)
        {
            await _touchline.DisposeAsync();
        }
        _folder.Dispose();
    }

    /// <summary>How many pixels have a colour.</summary>
    private static Task<int> CellsAsync(IPage page) => page.EvaluateAsync<int>(
        """
        () => {
          const canvas = document.querySelector(".tl-chart-ground");
          const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          let painted = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 0) painted++;
          return painted;
        }
        """);
}
