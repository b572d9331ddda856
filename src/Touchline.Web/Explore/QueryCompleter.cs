using Touchline.Model;
using MatchType = Touchline.Model.MatchType;
using Touchline.PromQL;
using Touchline.PromQL.Syntax;
using Touchline.Storage;

namespace Touchline.Web.Explore;

/// <summary>Completes queries with the language's words and with what the store holds in a time range.</summary>
internal sealed class QueryCompleter(IMetricQueryable store, PromQLFeatures features)
{
    private const int MaxItems = 60;

    private static readonly string[] Durations = ["30s", "1m", "5m", "15m", "30m", "1h", "6h", "1d", "1w"];

    private static readonly (string Word, string Detail)[] AfterExpression =
    [
        ("by", "keep these labels"), ("without", "drop these labels"), ("and", "in both sides"), ("or", "in either side"),
        ("unless", "not in the right side"), ("on", "match on these labels"), ("ignoring", "match on all but these labels"),
        ("group_left", "many on the left"), ("group_right", "many on the right"), ("offset", "look back"), ("bool", "0 or 1 instead of filtering"),
    ];

    /// <summary>The names of aggregations, for the editor's colours too.</summary>
    public static IReadOnlyList<string> Aggregations { get; } = [.. Enum.GetValues<AggregateOperator>().Select(op => op.Name())];

    public CompletionList Complete(string query, int caret, long minTimeMs, long maxTimeMs, CancellationToken cancellationToken)
    {
        var context = CompletionContext.At(query, caret);
        if (context.Kind == CompletionKind.None)
        {
            return CompletionList.Empty(caret);
        }
        using var querier = store.OpenQuerier(minTimeMs, maxTimeMs);
        var items = context.Kind switch
        {
            CompletionKind.Expression => Expressions(querier, query, context, cancellationToken),
            CompletionKind.AfterExpression => AfterExpression.Select(w => new CompletionItem(w.Word, "keyword", w.Detail, w.Word + " ")),
            CompletionKind.Matcher => LabelNamesOf(querier, context.Matchers, cancellationToken)
                .Select(name => new CompletionItem(name, "label", "", HasOperator(query, context.End) ? name : name + "=\"\"", HasOperator(query, context.End) ? 0 : 1)),
            CompletionKind.Grouping => LabelNamesOf(querier, NamesMatcher(querier, context, cancellationToken), cancellationToken)
                .Select(name => new CompletionItem(name, "label", "", name)),
            CompletionKind.LabelValue => Values(querier, context, cancellationToken),
            CompletionKind.Duration => Durations.Select(d => new CompletionItem(d, "number", "", d)),
            _ => [],
        };
        return new CompletionList(context.Start, context.End, Rank(items, context.Prefix));
    }

    /// <summary>Those that begin with what was typed, then those that have it inside; short names first, since long ones are variants.</summary>
    private static IReadOnlyList<CompletionItem> Rank(IEnumerable<CompletionItem> items, string prefix) =>
    [
        .. items.Select(item => (Item: item, At: item.Label.IndexOf(prefix, StringComparison.OrdinalIgnoreCase)))
            .Where(m => m.At >= 0)
            .OrderBy(m => m.At == 0 ? 0 : 1)
            .ThenBy(m => prefix.Length == 0 ? 0 : m.Item.Label.Length)
            .Take(MaxItems)
            .Select(m => m.Item),
    ];

    private IEnumerable<CompletionItem> Expressions(IQuerier querier, string query, CompletionContext context, CancellationToken cancellationToken)
    {
        var metadata = querier.Metadata();
        foreach (var name in querier.LabelValues(LabelNames.MetricName, [], cancellationToken))
        {
            var known = metadata.GetValueOrDefault(name);
            var insert = LabelNames.IsLegacyMetricName(name) ? name : $"{{{QuotedString.Of(name)}}}";
            yield return new CompletionItem(name, "metric", known is null ? "" : $"{known.Type.ToString().ToLowerInvariant()} · {known.Help}", insert);
        }
        var bracket = context.End < query.Length && query[context.End] == '(' ? "" : "()";
        foreach (var aggregation in Aggregations)
        {
            yield return new CompletionItem(aggregation, "aggregation", "aggregation", aggregation + bracket, bracket.Length / 2);
        }
        foreach (var function in Functions.All.OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            if (function.Experimental && !features.HasFlag(PromQLFeatures.ExperimentalFunctions))
            {
                continue;
            }
            var types = string.Join(", ", function.ArgumentTypes.Select(t => TypeName(t)));
            yield return new CompletionItem(function.Name, "function", $"({types}) → {TypeName(function.ReturnType)}", function.Name + bracket, bracket.Length / 2);
        }
    }

    private static string TypeName(ExprType type) => type switch
    {
        ExprType.Vector => "instant vector",
        ExprType.Matrix => "range vector",
        _ => type.ToString().ToLowerInvariant(),
    };

    private static IEnumerable<string> LabelNamesOf(IQuerier querier, IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken) =>
        querier.LabelNames(Narrowing(matchers), cancellationToken).Where(n => n != LabelNames.MetricName);

    private static IReadOnlyList<LabelMatcher> NamesMatcher(IQuerier querier, CompletionContext context, CancellationToken cancellationToken)
    {
        var names = querier.LabelValues(LabelNames.MetricName, [], cancellationToken);
        var used = context.Names.Where(n => names.Contains(n)).ToArray();
        return used.Length == 0
            ? []
            : [new LabelMatcher(MatchType.RegexMatch, LabelNames.MetricName, string.Join('|', used.Select(System.Text.RegularExpressions.Regex.Escape)))];
    }

    private static IEnumerable<CompletionItem> Values(IQuerier querier, CompletionContext context, CancellationToken cancellationToken) =>
        querier.LabelValues(context.Label, Narrowing(context.Matchers), cancellationToken).Select(value =>
        {
            var quoted = QuotedString.Of(value);
            return new CompletionItem(value, "string", "", quoted[1..^1]);
        });

    // A selector must have a matcher that the empty string does not pass; until it has, it narrows nothing.
    private static IReadOnlyList<LabelMatcher> Narrowing(IReadOnlyList<LabelMatcher> matchers) =>
        matchers.Any(m => !m.Matches("")) ? matchers : [];

    private static bool HasOperator(string query, int at)
    {
        var rest = query.AsSpan(at).TrimStart();
        return rest.Length > 0 && rest[0] is '=' or '!';
    }
}
