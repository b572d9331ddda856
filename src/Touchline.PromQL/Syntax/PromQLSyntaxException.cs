using System.Text;

namespace Touchline.PromQL.Syntax;

/// <summary>
/// A query that cannot be parsed or whose types do not fit. The message is that of the first error, in Prometheus's words, position
/// first; <see cref="Errors"/> has them all, in the order in which they were found.
/// </summary>
public sealed class PromQLSyntaxException(IReadOnlyList<SyntaxError> errors) : FormatException(errors.Count > 0 ? errors[0].ToString() : "syntax error")
{
    public IReadOnlyList<SyntaxError> Errors { get; } = errors;

    /// <summary>Whether the parser stopped because of the nesting.</summary>
    internal bool IsTooDeep { get; init; }
}

/// <summary>
/// One error. Line and column count from 1, the column in bytes of UTF-8, as Prometheus counts; both are 0 where there is no position
/// because the query is empty.
/// </summary>
public sealed record SyntaxError(TextSpan Span, int Line, int Column, string Message)
{
    /// <summary>Finds line and column of a place in a query.</summary>
    public static SyntaxError At(string query, TextSpan span, string message)
    {
        if (query.Length == 0)
        {
            return new SyntaxError(span, 0, 0, message);
        }
        var before = query.AsSpan(0, Math.Clamp(span.Start, 0, query.Length));
        return new SyntaxError(span, before.Count('\n') + 1, Encoding.UTF8.GetByteCount(before[(before.LastIndexOf('\n') + 1)..]) + 1, message);
    }

    public override string ToString() => Line == 0 ? $"unknown position: parse error: {Message}" : $"{Line}:{Column}: parse error: {Message}";
}
