using Touchline.PromQL;
using Touchline.PromQL.Syntax;

namespace Touchline.Web.Overview;

/// <summary>
/// Reads single figures at one time. A figure that cannot be computed is unknown rather than an error: the rest of the page is still worth
/// showing; the first reason is kept. So it is where the caller has waited long enough.
/// </summary>
internal sealed class InstantReader(IQueryEngine engine, long timeMs, CancellationToken cancellationToken)
{
    public string? Problem { get; private set; }

    /// <summary>Whether something was left out because the token was cancelled.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Reads something else than a query under the same rule.</summary>
    public IReadOnlyList<T> Read<T>(Func<CancellationToken, IReadOnlyList<T>> read)
    {
        try
        {
            return read(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Cut();
            return [];
        }
    }

    public double? One(string query)
    {
        var vector = Many(query);
        return vector.Count > 0 && double.IsFinite(vector[0].Value) ? vector[0].Value : null;
    }

    public IReadOnlyList<VectorSample> Many(string query)
    {
        try
        {
            var result = engine.Query(query, timeMs, QueryLimits.Default, cancellationToken);
            return result.Type == ExprType.Scalar
                ? [new VectorSample(Model.Labels.Empty, timeMs, result.Scalar.Value, null)]
                : result.Vector;
        }
        catch (PromQLEvaluationException error)
        {
            Problem ??= error.Message;
            return [];
        }
        catch (OperationCanceledException)
        {
            Cut();
            return [];
        }
    }

    private void Cut()
    {
        IsCut = true;
        Problem ??= "reading them takes a moment";
    }
}
