using Touchline.PromQL;
using Touchline.Queries;
using Touchline.Web.Views;

namespace Touchline.Views;

/// <summary>What the engine is asked, for the pages.</summary>
internal sealed class QueriesView(WatchedQueryEngine engine, TimeProvider time) : IQueriesView
{
    private const int SlowestCount = 50;
    private const int PartCount = 5;
    private const double LeastPartMs = 0.1;

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
            Parts = entry.Plan is { } plan ? CostliestParts(plan) : [],
        })],
        Unfinished = [.. engine.Unfinished.Select(Of)],
        MaxConcurrency = engine.Options.MaxConcurrency,
    };

    /// <summary>The operators of a plan that take most of its time themselves.</summary>
    private static IReadOnlyList<QueryPartView> CostliestParts(ExplainedNode plan)
    {
        var operators = new List<ExplainedNode> { plan };
        for (var i = 0; i < operators.Count; i++)
        {
            operators.AddRange(operators[i].Children);
        }
        return
        [
            .. operators.Where(node => node.OwnMs >= LeastPartMs).OrderByDescending(node => node.OwnMs).Take(PartCount)
                .Select(node => new QueryPartView(node.Operator, node.Expression, node.OwnMs, node.SamplesRead, node.ChunksDecoded)),
        ];
    }

    private static AskedQuery Of(NotedQuery query) =>
        new(query.Text, query.StartMs, query.EndMs, query.StepMs, DateTimeOffset.FromUnixTimeMilliseconds(query.BeganMs));
}
