using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Touchline.Differential.PromQL;

/// <summary>
/// The queries that Prometheus' compliance programme asks of others (promql-test-queries.yml), templates expanded as it expands them. The file is handed out
/// beside the repository, as the shared scripts are.
/// </summary>
internal static partial class ComplianceQueries
{
    private static readonly Dictionary<string, string[]> Variants = new()
    {
        ["range"] = ["1s", "15s", "1m", "5m", "15m", "1h"],
        ["offset"] = ["1m", "5m", "10m"],
        ["simpleAggrOp"] = ["sum", "avg", "max", "min", "count", "stddev", "stdvar"],
        ["simpleTimeAggrOp"] = ["sum", "avg", "max", "min", "count", "stddev", "stdvar", "absent", "last"],
        ["topBottomOp"] = ["topk", "bottomk"],
        ["quantile"] = ["-0.5", "0.1", "0.5", "0.75", "0.95", "0.90", "0.99", "1", "1.5"],
        ["arithBinOp"] = ["+", "-", "*", "/", "%", "^"],
        ["compBinOp"] = ["==", "!=", "<", ">", "<=", ">="],
        ["binOp"] = ["+", "-", "*", "/", "%", "^", "==", "!=", "<", ">", "<=", ">="],
        ["simpleMathFunc"] = ["abs", "ceil", "floor", "exp", "sqrt", "ln", "log2", "log10", "round"],
        ["extrapolatedRateFunc"] = ["delta", "rate", "increase"],
        ["clampFunc"] = ["clamp_min", "clamp_max"],
        ["instantRateFunc"] = ["idelta", "irate"],
        ["dateFunc"] = ["day_of_month", "day_of_week", "days_in_month", "hour", "minute", "month", "year"],
        ["smoothingFactor"] = ["0.1", "0.5", "0.8"],
        ["trendFactor"] = ["0.1", "0.5", "0.8"],
    };

    /// <summary>Where the file is, null where it was not handed out.</summary>
    public static string? File
    {
        get
        {
            var folders = Environment.GetEnvironmentVariable("PROMQLTEST_DIR") is { Length: > 0 } given ? [given] : Above(Peers.Repository).Select(f => Path.Combine(f, "shared", "promqltest"));
            return folders.Select(f => Path.Combine(f, "promql-test-queries.yml")).FirstOrDefault(System.IO.File.Exists);
        }
    }

    /// <summary>The cases as they stand in the file.</summary>
    public static IReadOnlyList<ComplianceCase> Read(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        var cases = (YamlSequenceNode)stream.Documents[0].RootNode["test_cases"];
        return [.. cases.Cast<YamlMappingNode>().Select(c => new ComplianceCase(
            Text(c, "query")!,
            c.Children.TryGetValue("variant_args", out var arguments) ? [.. ((YamlSequenceNode)arguments).Select(a => ((YamlScalarNode)a).Value!)] : [],
            Text(c, "should_fail") == "true"))];
    }

    /// <summary>The queries of a case, one for each combination of its arguments' values.</summary>
    public static IEnumerable<string> Expand(ComplianceCase one)
    {
        IEnumerable<string> queries = [one.Template];
        foreach (var argument in one.Arguments)
        {
            var values = Variants.TryGetValue(argument, out var known) ? known : throw new KeyNotFoundException($"no values are known of {argument} in {one.Template}");
            queries = queries.SelectMany(q => values.Select(v => q.Replace($"{{{{.{argument}}}}}", v, StringComparison.Ordinal)));
        }
        return queries.Select(q => Placeholder().IsMatch(q) ? throw new FormatException($"not expanded: {q}") : q);
    }

    private static string? Text(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value : null;

    private static IEnumerable<string> Above(string folder)
    {
        for (var directory = new DirectoryInfo(folder); directory is not null; directory = directory.Parent)
        {
            yield return directory.FullName;
        }
    }

    [GeneratedRegex(@"\{\{")]
    private static partial Regex Placeholder();
}

internal sealed record ComplianceCase(string Template, IReadOnlyList<string> Arguments, bool ShouldFail);
