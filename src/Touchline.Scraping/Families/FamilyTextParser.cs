using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Touchline.Model;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Families;

/// <summary>
/// Reads the Prometheus text format into whole families, as strictly as the parser that Pushgateway and promtool share: a type stands before its
/// samples, names are of the classic alphabet, the last line ends. Findings have the words of that parser, since people search for them.
/// </summary>
public static class FamilyTextParser
{
    /// <summary>Families by first appearance; those without samples are left out.</summary>
    /// <param name="body">The text.</param>
    /// <param name="mostEntries">Families and metrics that are read: a body of megabytes may hold millions.</param>
    /// <exception cref="FamilyTextException">The body breaks the format, or holds more.</exception>
    public static IReadOnlyList<MetricFamily> Parse(ReadOnlySpan<byte> body, int mostEntries = int.MaxValue) => new Reader(body, mostEntries).Read();

    private enum Role
    {
        Value,
        Count,
        Sum,
        Bucket,
    }

    private ref struct Reader(ReadOnlySpan<byte> body, int mostEntries)
    {
        private readonly ReadOnlySpan<byte> _body = body;
        private readonly List<MetricFamily> _families = [];
        private readonly Dictionary<string, MetricFamily> _byName = new(StringComparer.Ordinal);
        private readonly HashSet<string> _typed = new(StringComparer.Ordinal);

        /// <summary>Histograms and summaries, whose lines belong together.</summary>
        private readonly Dictionary<(string Family, string Identity), FamilyMetric> _composed = [];

        /// <summary>The names of a line's labels, where they are more than are quickly looked through.</summary>
        private HashSet<string>? _labelNames;

        private EntryBudget _budget = new(mostEntries);
        private int _at;
        private int _line = 1;
        private MetricFamily? _family;
        private Role _role;
        private double _point;

        public IReadOnlyList<MetricFamily> Read()
        {
            for (; ; _at++, _line++)
            {
                SkipBlanks();
                if (_at >= _body.Length)
                {
                    break;
                }
                switch (_body[_at])
                {
                    case (byte)'\n':
                        break;
                    case (byte)'#':
                        ReadComment();
                        break;
                    default:
                        ReadSample();
                        break;
                }
            }
            _families.RemoveAll(family => family.Metrics.Count == 0);
            return _families;
        }

        /// <summary>Reads a line that starts with a hash; ends on its line break.</summary>
        private void ReadComment()
        {
            _at++;
            SkipBlanks();
            var keyword = ReadToken();
            var isHelp = keyword.SequenceEqual("HELP"u8);
            if (Current() == '\n' || !(isHelp || keyword.SequenceEqual("TYPE"u8)))
            {
                ReadLine();
                return;
            }
            SkipBlanks();
            if (Current() == '\n')
            {
                return;
            }
            var name = ReadName(isMetric: true);
            if (Current() == '\n' && name.Length > 0)
            {
                return;
            }
            if (name.Length == 0 || Current() is not ((byte)' ' or (byte)'\t'))
            {
                throw Fail("invalid metric name in comment");
            }
            Choose(name);
            SkipBlanks();
            if (Current() == '\n')
            {
                return;
            }
            if (isHelp)
            {
                ReadHelp();
            }
            else
            {
                ReadType();
            }
        }

        private void ReadHelp()
        {
            if (_family!.Help is not null)
            {
                throw Fail($"second HELP line for metric name {QuotedString.Of(_family.Name)}");
            }
            var text = ReadLine();
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == '\\' && (++i >= text.Length || text[i] is not ((byte)'n' or (byte)'\\')))
                {
                    throw Fail($"invalid escape sequence '\\{(i < text.Length ? (char)text[i] : 'n')}'");
                }
            }
            _family.Help = SeriesText.Unescape(text);
        }

        private void ReadType()
        {
            if (!_typed.Add(_family!.Name))
            {
                throw Fail($"second TYPE line for metric name {QuotedString.Of(_family.Name)}, or TYPE reported after samples");
            }
            var text = ReadLine();
            _family.Type = Encoding.UTF8.GetString(text).ToUpperInvariant() switch
            {
                "COUNTER" => MetricType.Counter,
                "GAUGE" => MetricType.Gauge,
                "SUMMARY" => MetricType.Summary,
                "UNTYPED" => MetricType.Unknown,
                "HISTOGRAM" => MetricType.Histogram,
                "GAUGEHISTOGRAM" or "GAUGE_HISTOGRAM" => MetricType.GaugeHistogram,
                _ => throw Fail($"unknown metric type {SeriesText.Quote(text)}"),
            };
        }

        /// <summary>Reads a sample; ends on its line break.</summary>
        private void ReadSample()
        {
            _family = null;
            _point = double.NaN;
            var isNamed = Current() != '{';
            if (isNamed)
            {
                var name = ReadName(isMetric: true);
                if (name.Length == 0)
                {
                    throw Fail("invalid metric name");
                }
                Choose(name);
                SkipBlanks();
            }
            var metric = new FamilyMetric();
            if (Current() == '{')
            {
                _at++;
                ReadLabels(metric.Labels, isNamed);
            }
            metric.Labels.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
            _typed.Add(_family!.Name);
            metric = Keep(metric);
            ReadValue(metric);
            if (Current() != '\n')
            {
                ReadTimestamp(metric);
            }
        }

        /// <summary>Adds the metric to its family; lines of a histogram or summary that is there already join it.</summary>
        private FamilyMetric Keep(FamilyMetric metric)
        {
            var family = _family!;
            if (family.Type is MetricType.Histogram or MetricType.GaugeHistogram or MetricType.Summary)
            {
                var key = (family.Name, metric.Identity());
                if (_composed.TryGetValue(key, out var known))
                {
                    return known;
                }
                _composed.Add(key, metric);
            }
            TakeEntry();
            family.Metrics.Add(metric);
            return metric;
        }

        private void ReadLabels(List<Label> labels, bool isNamed)
        {
            while (true)
            {
                SkipBlanks();
                if (Current() == '}')
                {
                    break;
                }
                var name = ReadName(isMetric: false);
                if (name.Length == 0)
                {
                    throw Fail($"invalid label name for metric {QuotedString.Of(_family?.Name ?? "")}");
                }
                SkipBlanks();
                if (Current() != '=')
                {
                    if (ReadNameInBraces(name, isNamed))
                    {
                        continue;
                    }
                    break;
                }
                ReadLabel(labels, name);
                SkipBlanks();
                if (Current() == ',')
                {
                    _at++;
                }
                else if (Current() != '}')
                {
                    throw Fail($"unexpected end of label value {QuotedString.Of(labels.Count > 0 ? labels[^1].Value : "")}");
                }
            }
            if (_family is null)
            {
                throw Fail("invalid metric name");
            }
            _at++;
            SkipBlanks();
        }

        /// <summary>A metric name among the labels. False where the labels end with it.</summary>
        private bool ReadNameInBraces(string name, bool isNamed)
        {
            if (isNamed)
            {
                throw Fail($"expected '=' after label name, found {Found()}");
            }
            if (_family is not null)
            {
                throw Fail($"multiple metric names for metric {QuotedString.Of(_family.Name)}");
            }
            if (Current() is not ((byte)',' or (byte)'}'))
            {
                throw Fail($"unexpected end of metric name {QuotedString.Of(name)}");
            }
            Choose(name);
            if (Current() == '}')
            {
                return false;
            }
            _at++;
            return true;
        }

        private void ReadLabel(List<Label> labels, string name)
        {
            if (name == LabelNames.MetricName)
            {
                throw Fail($"label name {QuotedString.Of(name)} is reserved");
            }
            if (!LabelNames.IsLegacyLabelName(name))
            {
                throw Fail($"invalid label name {QuotedString.Of(name)}");
            }
            var pointName = _family?.Type switch
            {
                MetricType.Summary => LabelNames.Quantile,
                MetricType.Histogram or MetricType.GaugeHistogram => LabelNames.BucketBound,
                _ => null,
            };
            if (name != pointName && IsRepeated(labels, name))
            {
                throw Fail($"duplicate label names for metric {QuotedString.Of(_family?.Name ?? "")}");
            }
            _at++;
            SkipBlanks();
            if (Current() != '"')
            {
                throw Fail($"expected '\"' at start of label value, found {Found()}");
            }
            var value = ReadQuoted();
            if (name != pointName)
            {
                labels.Add(new Label(name, value));
            }
            else if (!SampleNumber.TryParse(Encoding.UTF8.GetBytes(value), out _point))
            {
                throw Fail($"expected float as value for '{name}' label, got {QuotedString.Of(value)}");
            }
        }

        /// <summary>Whether the line has the name already. Looking through them takes the square of their number, which a body can have millions of.</summary>
        private bool IsRepeated(List<Label> labels, string name)
        {
            const int QuicklyLookedThrough = 16;
            if (labels.Count < QuicklyLookedThrough)
            {
                return labels.Exists(label => label.Name == name);
            }
            if (labels.Count == QuicklyLookedThrough)
            {
                _labelNames = [.. labels.Select(label => label.Name)];
            }
            return !_labelNames!.Add(name);
        }

        private void TakeEntry()
        {
            if (!_budget.TryTake())
            {
                throw Fail(_budget.Problem);
            }
        }

        private void ReadValue(FamilyMetric metric)
        {
            var text = ReadToken();
            if (!SampleNumber.TryParse(text, out var value))
            {
                throw Fail($"expected float as value, got {SeriesText.Quote(text)}");
            }
            switch (_family!.Type, _role)
            {
                case (not (MetricType.Summary or MetricType.Histogram or MetricType.GaugeHistogram), _):
                    metric.Value = value;
                    break;
                case (_, Role.Sum):
                    metric.Sum = value;
                    break;
                case (not MetricType.Summary, Role.Count or Role.Bucket) when value < 0:
                    throw Fail(_role == Role.Count
                        ? $"negative count for histogram {QuotedString.Of(_family.Name)}"
                        : $"negative bucket population for histogram {QuotedString.Of(_family.Name)}");
                case (_, Role.Count):
                    metric.Count = value;
                    break;
                case (MetricType.Summary, _) or (_, Role.Bucket) when !double.IsNaN(_point):
                    metric.Points.Add((_point, value));
                    break;
            }
        }

        private void ReadTimestamp(FamilyMetric metric)
        {
            SkipBlanks();
            var text = ReadToken();
            // .NET takes zero bytes behind a number for its end.
            if (text.Contains((byte)0) || !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var timestamp))
            {
                throw Fail($"expected integer as timestamp, got {SeriesText.Quote(text)}");
            }
            metric.TimestampMs = timestamp;
            var rest = ReadLine();
            if (rest.Length > 0)
            {
                throw Fail($"spurious string after timestamp: {SeriesText.Quote(rest)}");
            }
        }

        /// <summary>Makes the family that a name belongs to the one that is read: its own, or the histogram or summary that it is a part of.</summary>
        private void Choose(string name)
        {
            if (!LabelNames.IsLegacyMetricName(name))
            {
                throw Fail($"invalid metric name {QuotedString.Of(name)}");
            }
            _role = Role.Value;
            if (_byName.TryGetValue(name, out _family) || TryPart(name, "_count", Role.Count) || TryPart(name, "_sum", Role.Sum) || TryPart(name, "_bucket", Role.Bucket))
            {
                return;
            }
            TakeEntry();
            _family = new MetricFamily(name);
            _byName.Add(name, _family);
            _families.Add(_family);
        }

        private bool TryPart(string name, string suffix, Role role)
        {
            if (!name.EndsWith(suffix, StringComparison.Ordinal) || !_byName.TryGetValue(name[..^suffix.Length], out var whole)
                || !(whole.Type is MetricType.Histogram or MetricType.GaugeHistogram || (whole.Type == MetricType.Summary && role != Role.Bucket)))
            {
                return false;
            }
            (_family, _role) = (whole, role);
            return true;
        }

        /// <summary>A bare or quoted name; empty where none stands here.</summary>
        private string ReadName(bool isMetric)
        {
            if (Current() == '"')
            {
                return ReadQuoted();
            }
            var start = _at;
            if (SeriesText.IsNameStart(Current()) && (isMetric || Current() != ':'))
            {
                while (char.IsAsciiLetterOrDigit((char)Current()) || Current() == '_' || (isMetric && Current() == ':'))
                {
                    _at++;
                }
            }
            return Encoding.UTF8.GetString(_body[start.._at]);
        }

        /// <summary>Text in double quotes, escapes resolved.</summary>
        private string ReadQuoted()
        {
            var start = ++_at;
            for (; Current() != '"'; _at++)
            {
                if (Current() == '\n')
                {
                    throw Fail($"label value {SeriesText.Quote(_body[start.._at])} contains unescaped new-line");
                }
                if (Current() == '\\')
                {
                    _at++;
                    if (Current() is not ((byte)'"' or (byte)'\\' or (byte)'n'))
                    {
                        throw Fail($"invalid escape sequence '\\{(char)Current()}'");
                    }
                }
            }
            var text = _body[start.._at++];
            return Utf8.IsValid(text) ? SeriesText.Unescape(text) : throw Fail($"invalid label value {SeriesText.Quote(text)}");
        }

        private ReadOnlySpan<byte> ReadToken()
        {
            var start = _at;
            while (Current() is not ((byte)' ' or (byte)'\t' or (byte)'\n'))
            {
                _at++;
            }
            return _body[start.._at];
        }

        private ReadOnlySpan<byte> ReadLine()
        {
            var start = _at;
            var length = _body[_at..].IndexOf((byte)'\n');
            if (length < 0)
            {
                throw Fail("unexpected end of input stream");
            }
            _at += length;
            return _body[start.._at];
        }

        private void SkipBlanks() => _at = SeriesText.SkipBlanks(_body, _at);

        private readonly byte Current() => _at < _body.Length ? _body[_at] : throw Fail("unexpected end of input stream");

        private readonly string Found() => Current() == '\n' ? "'\\n'" : $"'{(char)Current()}'";

        private readonly FamilyTextException Fail(string problem) => new(_line, problem);
    }
}
