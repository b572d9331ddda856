using Touchline.Queries;
using Touchline.Web.Views;

namespace Touchline.Views;

/// <summary>What the engine is asked, for the pages.</summary>
internal sealed class QueriesView(WatchedQueryEngine engine, TimeProvider time) : IQueriesView
{
    private const int SlowestCount = 50;

    public QueriesSnapshot Queries() => new()
    {
        Running = [.. engine.Running.Select(running => new RunningQueryView(
            Of(running.Query), time.GetElapsedTime(running.Timestamp), running.Progress.IsWaiting, running.Progress.SeriesRead,
            running.Progress.SamplesRead, running.Progress.ChunksDecoded, running.Progress.SamplesHeld))],
        Slowest = [.. engine.Ledger.Slowest(SlowestCount).Select(entry => new SlowQueryView(
            Of(entry.Slowest), entry.SlowestMs, entry.Runs, entry.Failures, entry.TotalMs)
        {
            Reads = entry.Statistics is { } read ? new QueryReads(read.SeriesRead, read.SamplesRead, read.ChunksDecoded, read.PeakSamples) : null,
            LastError = entry.LastError,
        })],
        Unfinished = [.. engine.Unfinished.Select(Of)],
        MaxConcurrency = engine.Options.MaxConcurrency,
    };

    private static AskedQuery Of(NotedQuery query) =>
        new(query.Text, query.StartMs, query.EndMs, query.StepMs, DateTimeOffset.FromUnixTimeMilliseconds(query.BeganMs));
}
