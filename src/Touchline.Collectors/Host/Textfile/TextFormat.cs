using System.Globalization;
using System.Text;
using Touchline.Model;

namespace Touchline.Collectors.Host.Textfile;

/// <summary>
/// Reads Prometheus' text format 0.0.4 as node_exporter does: a file that is half-written, says something twice or gives times is refused as a
/// whole. Source: https://prometheus.io/docs/instrumenting/exposition_formats/
/// </summary>
internal sealed class TextFormat
{
    private static readonly string[] HistogramSuffixes = ["_bucket", "_sum", "_count"];
    private static readonly string[] SummarySuffixes = ["_sum", "_count"];

    private readonly Dictionary<string, TextFamily> _families = new(StringComparer.Ordinal);
    private int _lineNumber;

    /// <exception cref="FormatException">It is not in this format; the message says in which line.</exception>
    public static IReadOnlyList<TextFamily> Parse(string text)
    {
        var format = new TextFormat();
        if (text.Length > 0 && !text.EndsWith('\n'))
        {
            throw new FormatException("the last line has no end: the file is half-written");
        }
        foreach (var line in text.Split('\n'))
        {
            format._lineNumber++;
            format.ReadLine(line.Trim(' ', '\t', '\r'));
        }
        var families = format._families.Values.Where(family => family.Samples.Count > 0).ToList();
        families.ForEach(family => family.LevelLabels());
        return families;
    }

    private void ReadLine(string line)
    {
        if (line.Length == 0)
        {
            return;
        }
        if (line[0] != '#')
        {
            ReadSample(line);
            return;
        }
        var words = line[1..].TrimStart(' ', '\t').Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length >= 2 && words[0] is "HELP" or "TYPE")
        {
            Describe(words[0], words[1], words.Length > 2 ? words[2] : "");
        }
    }

    private void Describe(string what, string name, string text)
    {
        var family = Family(name);
        if (what == "HELP")
        {
            if (family.Help is not null)
            {
                throw Wrong($"a second HELP for {name}");
            }
            family.Help = Unescape(text);
            return;
        }
        if (family.HasType || family.Samples.Count > 0)
        {
            throw Wrong($"a second TYPE for {name}, or one behind its samples");
        }
        family.HasType = true;
        family.Type = text.ToLowerInvariant() switch
        {
            "counter" => MetricType.Counter,
            "gauge" => MetricType.Gauge,
            "histogram" => MetricType.Histogram,
            "summary" => MetricType.Summary,
            "untyped" => MetricType.Unknown,
            _ => throw Wrong($"there is no type {text}; there are counter, gauge, histogram, summary, untyped"),
        };
    }

    private void ReadSample(string line)
    {
        var nameEnd = line.AsSpan().IndexOfAny('{', ' ', '\t');
        if (nameEnd <= 0)
        {
            throw Wrong("a sample needs a name and a value");
        }
        var (family, suffix) = FamilyOf(line[..nameEnd]);
        var at = nameEnd;
        var labels = ReadLabels(line, ref at);
        var words = line[at..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 2)
        {
            throw Wrong($"{family.Name} has a time, which a text file must not give");
        }
        if (words.Length != 1 || !TryNumber(words[0], out var value))
        {
            throw Wrong($"\"{line[at..].Trim()}\" is not a value");
        }
        family.Samples.Add(new TextSample(suffix, NormalBounds(family, suffix, labels), value));
    }

    /// <summary>The labels in braces, as names and values; <paramref name="at"/> goes behind them.</summary>
    private string[] ReadLabels(string line, ref int at)
    {
        SkipBlanks(line, ref at);
        if (at == line.Length || line[at] != '{')
        {
            return [];
        }
        at++;
        var labels = new List<string>();
        while (true)
        {
            SkipBlanks(line, ref at);
            if (at < line.Length && line[at] == '}')
            {
                at++;
                return [.. labels];
            }
            var name = line[at..].Split('=', 2)[0].Trim(' ', '\t');
            if (!LabelNames.IsLegacyLabelName(name) || labels.Where((_, i) => i % 2 == 0).Contains(name))
            {
                throw Wrong($"\"{name}\" is not the name of a label, or the sample has it already");
            }
            at = line.IndexOf('=', at) + 1;
            labels.Add(name);
            labels.Add(ReadQuoted(line, ref at));
            SkipBlanks(line, ref at);
            if (at < line.Length && line[at] == ',')
            {
                at++;
            }
            else if (at == line.Length || line[at] != '}')
            {
                throw Wrong("labels end with a brace");
            }
        }
    }

    private string ReadQuoted(string line, ref int at)
    {
        SkipBlanks(line, ref at);
        if (at == 0 || at >= line.Length || line[at] != '"')
        {
            throw Wrong("the value of a label stands in quotes");
        }
        var start = ++at;
        while (at < line.Length && line[at] != '"')
        {
            at += line[at] == '\\' ? 2 : 1;
        }
        if (at >= line.Length)
        {
            throw Wrong("the value of a label has no end");
        }
        return Unescape(line[start..at++]);
    }

    private static void SkipBlanks(string line, ref int at)
    {
        while (at < line.Length && line[at] is ' ' or '\t')
        {
            at++;
        }
    }

    private TextFamily Family(string name)
    {
        if (!LabelNames.IsLegacyMetricName(name))
        {
            throw Wrong($"\"{name}\" is not the name of a metric");
        }
        if (!_families.TryGetValue(name, out var family))
        {
            _families.Add(name, family = new TextFamily(name));
        }
        return family;
    }

    /// <summary>The family of a sample: histograms and summaries have samples with suffixes.</summary>
    private (TextFamily Family, string Suffix) FamilyOf(string name)
    {
        if (!_families.ContainsKey(name))
        {
            foreach (var suffix in HistogramSuffixes.Where(suffix => name.EndsWith(suffix, StringComparison.Ordinal)))
            {
                if (_families.TryGetValue(name[..^suffix.Length], out var family)
                    && (family.Type == MetricType.Histogram || family.Type == MetricType.Summary && SummarySuffixes.Contains(suffix)))
                {
                    return (family, suffix);
                }
            }
        }
        return (Family(name), "");
    }

    /// <summary>Bounds and quantiles are numbers, and are written as node_exporter writes them again.</summary>
    private string[] NormalBounds(TextFamily family, string suffix, string[] labels)
    {
        var bound = (family.Type, suffix) switch
        {
            (MetricType.Histogram, "_bucket") => LabelNames.BucketBound,
            (MetricType.Summary, "") => LabelNames.Quantile,
            _ => null,
        };
        for (var i = 0; i < labels.Length && bound is not null; i += 2)
        {
            if (labels[i] == bound)
            {
                labels[i + 1] = TryNumber(labels[i + 1], out var number)
                    ? BoundText.Of(number)
                    : throw Wrong($"{bound}=\"{labels[i + 1]}\" is not a number");
            }
        }
        return labels;
    }

    private static bool TryNumber(string text, out double value)
    {
        switch (text.ToLowerInvariant())
        {
            case "nan" or "+nan" or "-nan":
                value = double.NaN;
                return true;
            case "inf" or "+inf" or "infinity" or "+infinity":
                value = double.PositiveInfinity;
                return true;
            case "-inf" or "-infinity":
                value = double.NegativeInfinity;
                return true;
            default:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }
    }

    private string Unescape(string text)
    {
        if (!text.Contains('\\'))
        {
            return text;
        }
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }
            plain.Append((++i < text.Length ? text[i] : ' ') switch
            {
                'n' => '\n',
                '\\' => '\\',
                '"' => '"',
                _ => throw Wrong("a backslash stands before n, \\ or \" only"),
            });
        }
        return plain.ToString();
    }

    private FormatException Wrong(string problem) => new($"line {_lineNumber}: {problem}");
}
