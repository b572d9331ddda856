namespace Touchline.PromQL;

/// <summary>Which part of the API's error types an evaluation error belongs to.</summary>
public enum QueryErrorKind
{
    /// <summary>The data does not fit the query (many-to-many matching, a bad parameter).</summary>
    Execution,

    /// <summary>The query cannot be asked in this way (a range vector over several steps); to the API, bad data.</summary>
    InvalidQuery,

    /// <summary>The query took longer than its timeout.</summary>
    Timeout,

    /// <summary>The query would hold more samples than allowed.</summary>
    TooManySamples,
}

/// <summary>A valid query that could not be answered. The message is Prometheus's.</summary>
public sealed class PromQLEvaluationException(QueryErrorKind kind, string message) : Exception(message)
{
    public QueryErrorKind Kind { get; } = kind;
}
