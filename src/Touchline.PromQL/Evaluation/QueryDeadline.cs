namespace Touchline.PromQL.Evaluation;

/// <summary>
/// When a query has to stop: its timeout or its caller's wish. Checking costs two volatile reads, so loops check once a series and
/// every few thousand samples.
/// </summary>
internal sealed class QueryDeadline : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _either;

    public QueryDeadline(long timeoutMs, TimeProvider time, CancellationToken caller)
    {
        _caller = caller;
        _timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(Math.Clamp(timeoutMs, 0, int.MaxValue)), time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, caller);
    }

    public CancellationToken Token => _either.Token;

    public bool IsOver => _either.IsCancellationRequested;

    public void ThrowIfOver()
    {
        if (IsOver)
        {
            throw Failure("expression evaluation");
        }
    }

    /// <summary>A comparison to sort by that stops the sorting too; what it throws comes out as the cause of what the sorting throws.</summary>
    public Comparison<T> Watch<T>(Comparison<T> comparison)
    {
        var compared = 0;
        return (a, b) =>
        {
            if ((++compared & 1023) == 0)
            {
                ThrowIfOver();
            }
            return comparison(a, b);
        };
    }

    /// <summary>The exception that says why the query stopped, as Prometheus words it.</summary>
    public Exception Failure(string stage) => _caller.IsCancellationRequested
        ? new OperationCanceledException($"query was canceled in {stage}", _caller)
        : new PromQLEvaluationException(QueryErrorKind.Timeout, $"query timed out in {stage}");

    public void Dispose()
    {
        _either.Dispose();
        _timeout.Dispose();
    }
}
