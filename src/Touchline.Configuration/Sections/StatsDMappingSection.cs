using System.Globalization;
using System.Text.RegularExpressions;
using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>The sections of a mapping file of statsd_exporter, keys of its older versions included.</summary>
internal sealed class StatsDMappingSection(Findings findings)
{
    private const string Observer = "observer_type";
    private const string Timer = "timer_type";
    private const string HistogramOptions = "histogram_options";
    private const string SummaryOptions = "summary_options";
    private const string NativeFactor = "native_histogram_bucket_factor";
    private const string NativeMaximum = "native_histogram_max_buckets";

    private const int MostNativeBuckets = 10_000;

    private static readonly SectionKeys Root = new("the top level", "mapper.MetricMapper", ["defaults", "mappings"]);

    private static readonly SectionKeys Defaults = new("defaults", "mapper.MapperConfigDefaults",
        [Observer, Timer, "buckets", "quantiles", "match_type", "glob_disable_ordering", "ttl", HistogramOptions, SummaryOptions]);

    private static readonly SectionKeys Mapping = new("an item of mappings", "mapper.MetricMapping",
    [
        "match", "match_type", "match_metric_type", "name", "labels", "help", "action", "ttl", "honor_labels", "scale", Observer, Timer, "buckets", "quantiles",
        HistogramOptions, SummaryOptions,
    ]);

    private static readonly SectionKeys Histogram = new(HistogramOptions, "mapper.HistogramOptions", ["buckets", NativeFactor, NativeMaximum]);

    private static readonly SectionKeys Summary = new(SummaryOptions, "mapper.SummaryOptions", ["quantiles", "max_age", "age_buckets", "buf_cap"]);

    private static readonly SectionKeys Quantile = new("an item of quantiles", "mapper.metricObjective", ["quantile", "error"]);

    private static readonly IReadOnlyList<SectionKeys> All = [Root, Defaults, Mapping, Histogram, Summary, Quantile];

    private bool _isRegexByDefault;

    public StatsDMappingConfig Read(MappingNode node)
    {
        var root = Section(node, Root);
        var config = new StatsDMappingConfig();
        if (root.Mapping("defaults") is { } defaultsNode)
        {
            var defaults = Section(defaultsNode, Defaults);
            _isRegexByDefault = Choice(defaults, "match_type", "glob", "regex") == "regex";
            var histogram = HistogramOf(defaults);
            config = config with
            {
                IsHistogram = IsHistogram(defaults),
                Buckets = Buckets(defaults, histogram),
                Native = NativeOf(histogram),
                Summary = SummaryOf(defaults),
                DisablesGlobOrdering = defaults.Boolean("glob_disable_ordering", absent: false),
                Ttl = Age(defaults, "ttl"),
            };
        }
        return config with { Mappings = [.. Sections(root, "mappings").Select(ReadMapping)] };
    }

    private StatsDMapping ReadMapping(MappingNode node)
    {
        var section = Section(node, Mapping);
        var match = section.Text("match") ?? "";
        var isRegex = section.Has("match_type") ? Choice(section, "match_type", "glob", "regex") == "regex" : _isRegexByDefault;
        var isDrop = Choice(section, "action", "map", "drop") == "drop";
        var name = section.Text("name") ?? "";
        var histogram = HistogramOf(section);
        CheckMatch(section, match, isRegex);
        if (name.Length == 0 && !isDrop)
        {
            findings.Error(node, "the mapping has no name: it is the name of the metric, as in name: \"requests_total\"");
        }
        return new StatsDMapping
        {
            Match = match,
            IsRegex = isRegex,
            MatchMetricType = Choice(section, "match_metric_type", "counter", "gauge", "observer", "timer") switch
            {
                "counter" => StatsDMetricType.Counter,
                "gauge" => StatsDMetricType.Gauge,
                "observer" or "timer" => StatsDMetricType.Observer,
                _ => null,
            },
            Name = name,
            Labels = ReadLabels(section),
            Help = section.Text("help") ?? "",
            IsDrop = isDrop,
            HonorLabels = section.Boolean("honor_labels", absent: false),
            Scale = section.Number("scale") ?? 1,
            Ttl = Age(section, "ttl"),
            IsHistogram = IsHistogram(section),
            Buckets = Buckets(section, histogram),
            Native = NativeOf(histogram),
            Summary = SummaryOf(section),
        };
    }

    private void CheckMatch(MappingReader section, string match, bool isRegex)
    {
        if (match.Length == 0)
        {
            findings.Error(section.Node, "the mapping has no match: it says which names are meant, as in match: \"app.*.requests\"");
        }
        else if (isRegex)
        {
            try
            {
                _ = new Regex(match, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                findings.Error(section["match"]!, $"not a valid regular expression: {e.Message}");
            }
        }
        else if (match.Split('.').FirstOrDefault(part => part != "*" && !IsPlain(part)) is { } part)
        {
            findings.Error(section["match"]!, $"{QuotedString.Of(part)} is no part of a name: parts stand between dots and are either * or letters, digits, _ and -; for more write match_type: regex");
        }
    }

    private static bool IsPlain(string part) => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private List<Label> ReadLabels(MappingReader section)
    {
        var labels = new List<Label>();
        foreach (var (key, value) in section.FreeEntries("labels"))
        {
            if (!LabelNames.IsLegacyLabelName(key.Value) || key.Value.StartsWith(LabelNames.ReservedPrefix, StringComparison.Ordinal))
            {
                findings.Error(key, $"{QuotedString.Of(key.Value)} is not a valid label name");
            }
            else if (value is ScalarNode scalar)
            {
                labels.Add(new Label(key.Value, scalar.Value));
            }
            else
            {
                findings.Error(value, $"the value of label {key.Value} is a text");
            }
        }
        return labels;
    }

    private bool? IsHistogram(MappingReader section) =>
        (Choice(section, Observer, "histogram", "summary") ?? Choice(section, Timer, "histogram", "summary")) switch
        {
            "histogram" => true,
            "summary" => false,
            _ => null,
        };

    private List<double>? Buckets(MappingReader section, MappingReader? options)
    {
        var from = options?.Has("buckets") == true ? options : section;
        if (!from.Has("buckets"))
        {
            return null;
        }
        var bounds = new List<double>();
        foreach (var item in from.Items("buckets", "[]float64"))
        {
            if (item is ScalarNode { Value: ".inf" or "+.inf" or ".Inf" or ".INF" or "+Inf" })
            {
                // Every histogram has this one.
                continue;
            }
            if (item is not ScalarNode scalar || !ScalarValue.TryNumber(scalar, out var bound) || double.IsNaN(bound))
            {
                findings.Error(item, "a bucket is a number, its upper bound");
            }
            else if (bounds.Count > 0 && bound <= bounds[^1])
            {
                findings.Error(item, "buckets stand in ascending order");
            }
            else
            {
                bounds.Add(bound);
            }
        }
        return bounds;
    }

    /// <summary>Zero says nothing, as for statsd_exporter.</summary>
    private StatsDNativeConfig NativeOf(MappingReader? options)
    {
        var (factor, most) = (options?.Number(NativeFactor), options?.Count(NativeMaximum));
        if (factor is < 0 or double.NaN or double.PositiveInfinity)
        {
            findings.Error(options![NativeFactor]!, $"{NativeFactor} is a number above 1, by which each bucket may be wider than the one before, as in 1.1");
        }
        if (most > MostNativeBuckets)
        {
            findings.Error(options![NativeMaximum]!, string.Create(CultureInfo.InvariantCulture, $"{NativeMaximum} is at most {MostNativeBuckets}"));
        }
        return new StatsDNativeConfig { Factor = factor == 0 ? null : factor, MaxBuckets = most == 0 ? null : most };
    }

    private MappingReader? HistogramOf(MappingReader section) => section.Mapping(HistogramOptions) is { } node ? Section(node, Histogram) : null;

    private StatsDSummaryConfig? SummaryOf(MappingReader section)
    {
        var options = section.Mapping(SummaryOptions) is { } node ? Section(node, Summary) : null;
        var from = options?.Has("quantiles") == true ? options : section;
        if (options is null && !section.Has("quantiles"))
        {
            return null;
        }
        var ageBuckets = options?.Count("age_buckets");
        if (ageBuckets is 0 or > 100)
        {
            findings.Error(options!["age_buckets"]!, "age_buckets is between 1 and 100");
        }
        return new StatsDSummaryConfig
        {
            Quantiles = from.Has("quantiles") ? [.. Sections(from, "quantiles").Select(ReadQuantile)] : null,
            MaxAge = options is null ? null : Age(options, "max_age"),
            AgeBuckets = ageBuckets,
        };
    }

    private (double Quantile, double Error) ReadQuantile(MappingNode node)
    {
        var section = Section(node, Quantile);
        var (quantile, error) = (section.Number("quantile") ?? double.NaN, section.Number("error") ?? 0);
        // At the ends the error has no meaning, and its formula divides by zero.
        if (!(quantile is > 0 and < 1) || !(error is >= 0 and < 1))
        {
            findings.Error(node, "a quantile lies between 0 and 1, and its error too, as in { quantile: 0.99, error: 0.001 }");
        }
        return (quantile, error);
    }

    private static TimeSpan? Age(MappingReader section, string key) => section.Duration(key) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>One of a few words; null where the key is absent.</summary>
    private string? Choice(MappingReader section, string key, params string[] words)
    {
        if (section.Text(key) is not { Length: > 0 } word)
        {
            return null;
        }
        if (!words.Contains(word, StringComparer.Ordinal))
        {
            var meant = Spelling.Closest(word, words);
            findings.Error(section[key]!, $"{key} is {string.Join(" or ", words)}, not {QuotedString.Of(word)}{(meant is null ? "" : $"; did you mean {meant}?")}");
        }
        return word;
    }

    private MappingReader Section(MappingNode node, SectionKeys keys) => new(node, keys, findings, All);

    private IEnumerable<MappingNode> Sections(MappingReader parent, string key)
    {
        foreach (var item in parent.Items(key, "a list"))
        {
            if (item is MappingNode node)
            {
                yield return node;
            }
            else
            {
                findings.Error(item, $"each item of {key} holds keys and values");
            }
        }
    }
}
