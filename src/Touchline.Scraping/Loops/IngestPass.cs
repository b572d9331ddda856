using Touchline.Storage;

namespace Touchline.Scraping.Loops;

/// <summary>One pass over a body: where its samples go, which times they get, and what they came to.</summary>
/// <param name="appender">Owned by the scrape.</param>
/// <param name="timeMs">The scrape's time, for samples without one.</param>
/// <param name="latestMs">Samples after it are not stored.</param>
internal sealed class IngestPass(IAppender appender, long timeMs, long latestMs)
{
    /// <summary>A field, since it is counted up for every sample.</summary>
    public IngestOutcome Outcome;

    public IAppender Appender => appender;

    public long TimeMs => timeMs;

    public long LatestMs => latestMs;
}
