using Touchline.Model;
using Touchline.PromQL;
using Touchline.PromQL.Syntax;
using Touchline.Storage;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Web.Explore;

/// <summary>Completes queries: the language says what can stand at the caret, the store which names there are in a time range.</summary>
internal sealed class QueryCompleter(IMetricQueryable store, PromQLFeatures features)
{
    private const int MaxItems = 60;

    public CompletionList Complete(string query, int caret, long minTimeMs, long maxTimeMs, CancellationToken cancellationToken)
    {
        var context = QueryCompletion.At(query, caret, features);
        if (context.Kind == CompletionKind.None)
        {
            return CompletionList.Empty(caret);
        }
        using var querier = store.OpenQuerier(minTimeMs, maxTimeMs);
        var names = context.Kind switch
        {
            CompletionKind.Expression or CompletionKind.RightOperand => Metrics(querier, cancellationToken),
            CompletionKind.MatcherLabel => querier.LabelNames(Matchers(context.Selector), cancellationToken)
                .Where(name => name != LabelNames.MetricName).Select(name => Matcher(name, query, context.Replace.End)),
            CompletionKind.GroupingLabel => querier.LabelNames(AnyOf(context.Metrics), cancellationToken)
                .Where(name => name != LabelNames.MetricName).Select(name => new CompletionItem(name, "label", "", Quoted(name))),
            CompletionKind.LabelValue => querier.LabelValues(context.Label, Matchers(context.Selector), cancellationToken)
                .Select(value => new CompletionItem(value, "string", "", QuotedString.Of(value)[1..^1])),
            _ => [],
        };
        var words = context.Words.Select(word => Word(word, query, context.Replace.End));
        return new CompletionList(context.Replace.Start, context.Replace.End, Rank(names.Concat(words), context.Typed));
    }

    /// <summary>Those that begin with what was typed, then those that have it inside; short names first, since long ones are variants.</summary>
    private static IReadOnlyList<CompletionItem> Rank(IEnumerable<CompletionItem> items, string typed) =>
    [
        .. items.Select(item => (Item: item, At: item.Label.IndexOf(typed, StringComparison.OrdinalIgnoreCase)))
            .Where(m => m.At >= 0)
            .OrderBy(m => m.At == 0 ? 0 : 1)
            .ThenBy(m => typed.Length == 0 ? 0 : m.Item.Label.Length)
            .Take(MaxItems)
            .Select(m => m.Item),
    ];

    private static IEnumerable<CompletionItem> Metrics(IQuerier querier, CancellationToken cancellationToken)
    {
        var metadata = querier.Metadata();
        foreach (var name in querier.LabelValues(LabelNames.MetricName, [], cancellationToken))
        {
            var known = metadata.GetValueOrDefault(name);
            var insert = LabelNames.IsLegacyMetricName(name) ? name : $"{{{QuotedString.Of(name)}}}";
            yield return new CompletionItem(name, "metric", known is null ? "" : $"{known.Type.ToString().ToLowerInvariant()} · {known.Help}", insert);
        }
    }

    private static CompletionItem Word(CompletionWord word, string query, int end)
    {
        var kind = word.Kind switch
        {
            CompletionWordKind.Function => "function",
            CompletionWordKind.Aggregation => "aggregation",
            CompletionWordKind.Unit => "number",
            CompletionWordKind.Operator => "sign",
            _ => "keyword",
        };
        var isCalled = word.Kind is CompletionWordKind.Function or CompletionWordKind.Aggregation;
        return isCalled && !(end < query.Length && query[end] == '(')
            ? new CompletionItem(word.Text, kind, word.Detail, word.Text + "()", CaretBack: 1)
            : new CompletionItem(word.Text, kind, word.Detail, word.Text);
    }

    private static CompletionItem Matcher(string name, string query, int end)
    {
        var rest = query.AsSpan(end).TrimStart();
        return rest.Length > 0 && rest[0] is '=' or '!'
            ? new CompletionItem(name, "label", "", Quoted(name))
            : new CompletionItem(name, "label", "", Quoted(name) + "=\"\"", CaretBack: 1);
    }

    private static string Quoted(string label) => LabelNames.IsLegacyLabelName(label) ? label : QuotedString.Of(label);

    // A selector that selects everything narrows nothing, and one in the making may not be valid yet.
    private static IReadOnlyList<LabelMatcher> Matchers(string selector)
    {
        if (selector.Length == 0)
        {
            return [];
        }
        try
        {
            return PromQLParser.ParseSelector(selector).Matchers;
        }
        catch (PromQLSyntaxException)
        {
            return [];
        }
    }

    private static IReadOnlyList<LabelMatcher> AnyOf(IReadOnlyList<string> metrics) =>
        metrics.Count == 0
            ? []
            : [new LabelMatcher(MatchType.RegexMatch, LabelNames.MetricName, string.Join('|', metrics.Select(System.Text.RegularExpressions.Regex.Escape)))];
}
