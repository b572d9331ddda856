using Touchline.PromQL;

namespace Touchline.Web.Tests.Fakes;

/// <summary>An engine whose queries take so long that time passes, until they are quick.</summary>
internal sealed class SlowEngine(IQueryEngine engine, Action passTime) : IQueryEngine
{
    private readonly ManualResetEventSlim _quick = new();

    public PromQLOptions Options => engine.Options;

    public bool IsSlow
    {
        set
        {
            if (!value)
            {
                _quick.Set();
            }
        }
    }

    public QueryResult Query(string query, long timeMs, QueryLimits limits, CancellationToken cancellationToken)
    {
        if (!_quick.IsSet)
        {
            passTime();
            _quick.Wait(cancellationToken);
        }
        return engine.Query(query, timeMs, limits, cancellationToken);
    }

    public QueryResult QueryRange(string query, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellationToken) =>
        engine.QueryRange(query, startMs, endMs, stepMs, limits, cancellationToken);
}
