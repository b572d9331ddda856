using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Discovery;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.Scraping.Tests.Support;

/// <summary>A scraper over a fake target, a stepping clock and the in-memory store.</summary>
internal sealed class ScrapeHarness : IAsyncDisposable
{
    private readonly List<FakeTarget> _unused = [];

    public ScrapeHarness(IMetricAppendable? store = null)
    {
        Scraper = new Scraper(store ?? Store, Time, NullLogger<Scraper>.Instance);
        // A target is scraped as it is found where its address puts it at the start of the interval, which one port in thousands does.
        for (Target = new FakeTarget(); OffsetMs < 10; Target = new FakeTarget())
        {
            _unused.Add(Target);
        }
    }

    /// <summary>Of a length that nothing else waits for, so that a pending one says that a scrape is under way.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromMilliseconds(4_987);

    public SteppingTime Time { get; } = new();

    public InMemoryStore Store { get; } = new();

    public FakeTarget Target { get; }

    public Scraper Scraper { get; }

    public ScrapeConfig Job => new()
    {
        JobName = "j",
        ScrapeIntervalMs = 10_000,
        ScrapeTimeoutMs = (long)Timeout.TotalMilliseconds,
        StaticConfigs = [new StaticConfig([Target.Address], Labels.Of("instance", "i"))],
    };

    private long OffsetMs => TargetFactory.Create(Job, Target.Address, Labels.Of("instance", "i")).Target!.OffsetMs;

    public TargetSnapshot Snapshot => Assert.Single(Scraper.Targets());

    public void Apply(params ScrapeConfig[] jobs) => Scraper.Apply(new PrometheusConfig { ScrapeConfigs = jobs });

    /// <summary>Steps to the next scrape and waits until it is done.</summary>
    public async Task ScrapeAsync()
    {
        var before = Scraper.Statistics.Scrapes;
        await Time.StepAsync();
        await ScrapesAsync(before + 1);
    }

    /// <summary>Waits until no scrape is under way and so many loops wait for the clock.</summary>
    public Task QuietAsync(int loops) => Eventually.TrueAsync(
        () => Time.PendingTimersOf(Timeout) == 0 && Time.PendingTimers == loops, $"{loops} loops wait");

    /// <summary>Steps one running loop and another that ends (three waits after its last scrape), until the condition holds.</summary>
    public async Task StepUntilAsync(DateTimeOffset lastScrapeOfEnding, Func<bool> condition)
    {
        // A few milliseconds less, because timers are set a little early.
        var ended = lastScrapeOfEnding.AddMilliseconds((2.1 * Job.ScrapeIntervalMs) - 5);
        for (var i = 0; i < 100 && !condition(); i++)
        {
            var due = Time.NextDue;
            await Time.StepAsync();
            await QuietAsync(due < ended ? 2 : 1);
        }
        Assert.True(condition());
    }

    public Task ScrapesAsync(long count) => Eventually.TrueAsync(() => Scraper.Statistics.Scrapes >= count, $"{count} scrapes are done");

    public async ValueTask DisposeAsync()
    {
        await Scraper.DisposeAsync();
        foreach (var target in _unused.Append(Target))
        {
            await target.DisposeAsync();
        }
    }
}
