using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Configuration;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.Scraping.Tests.Support;

/// <summary>A scraper over a fake target, a stepping clock and the in-memory store.</summary>
internal sealed class ScrapeHarness : IAsyncDisposable
{
    public ScrapeHarness(IMetricAppendable? store = null) =>
        Scraper = new Scraper(store ?? Store, Time, NullLogger<Scraper>.Instance);

    public SteppingTime Time { get; } = new();

    public InMemoryStore Store { get; } = new();

    public FakeTarget Target { get; } = new();

    public Scraper Scraper { get; }

    public ScrapeConfig Job => new()
    {
        JobName = "j",
        ScrapeIntervalMs = 10_000,
        ScrapeTimeoutMs = 5_000,
        StaticConfigs = [new StaticConfig([Target.Address], Labels.Of("instance", "i"))],
    };

    public TargetSnapshot Snapshot => Assert.Single(Scraper.Targets());

    public void Apply(params ScrapeConfig[] jobs) => Scraper.Apply(new PrometheusConfig { ScrapeConfigs = jobs });

    /// <summary>Steps to the next scrape and waits until it is done.</summary>
    public async Task ScrapeAsync()
    {
        var before = Scraper.Statistics.Scrapes;
        await Time.StepAsync();
        await ScrapesAsync(before + 1);
    }

    public Task ScrapesAsync(long count) => Eventually.TrueAsync(() => Scraper.Statistics.Scrapes >= count, $"{count} scrapes are done");

    public async ValueTask DisposeAsync()
    {
        await Scraper.DisposeAsync();
        await Target.DisposeAsync();
    }
}
