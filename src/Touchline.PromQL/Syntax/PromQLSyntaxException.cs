namespace Touchline.PromQL.Syntax;

/// <summary>A query that cannot be parsed or whose types do not fit. The message is Prometheus's, position first where it has one.</summary>
public sealed class PromQLSyntaxException(IReadOnlyList<SyntaxError> errors) : FormatException(string.Join("\n", errors.Select(e => e.ToString())))
{
    public IReadOnlyList<SyntaxError> Errors { get; } = errors;
}

/// <summary>One error; line and column count from 1.</summary>
public sealed record SyntaxError(TextSpan Span, int Line, int Column, string Message)
{
    public override string ToString() => $"{Line}:{Column}: parse error: {Message}";
}
