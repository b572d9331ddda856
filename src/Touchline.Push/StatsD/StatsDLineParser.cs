using System.Text;
using System.Text.Unicode;
using Touchline.Model;
using Touchline.Scraping.Exposition;

namespace Touchline.Push.StatsD;

/// <summary>
/// Reads lines of StatsD with the tags of DogStatsD, InfluxDB, Librato and SignalFX, as statsd_exporter does: <c>name:value|type|@rate|#tags</c>,
/// several values in one line included. Counts into figures. Thread-safe.
/// </summary>
internal sealed class StatsDLineParser(StatsDFigures figures, StatsDTagStyles styles = StatsDTagStyles.All)
{
    /// <summary>A rate of one in a billion would else make a timer stand for as many.</summary>
    private const long MostTimes = 1_000_000;

    /// <summary>A series has a bounded number of labels, so that nobody can make one of a whole packet of tags.</summary>
    private const int MostTags = 64;

    /// <summary>What begins the tags behind a name.</summary>
    private readonly string _separators = (styles.HasFlag(StatsDTagStyles.Librato) ? "#" : "") + (styles.HasFlag(StatsDTagStyles.InfluxDB) ? "," : "");

    /// <summary>Reads one line without its line break and adds what it holds.</summary>
    public void Parse(ReadOnlySpan<byte> line, List<StatsDEvent> events)
    {
        if (line.IsEmpty)
        {
            return;
        }
        figures.CountLine();
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || !Utf8.IsValid(line))
        {
            figures.CountError(StatsDError.MalformedLine);
            return;
        }
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var name = ReadName(Encoding.UTF8.GetString(line[..colon]), labels);
        var rest = Encoding.UTF8.GetString(line[(colon + 1)..]);
        var hasTags = rest.Contains("|#", StringComparison.Ordinal);
        if (hasTags && labels.Count > 0)
        {
            figures.CountError(StatsDError.MixedTaggingStyles);
            return;
        }
        foreach (var sample in Samples(rest, hasTags))
        {
            figures.CountSample();
            var error = TryReadSample(name, sample, labels, events);
            if (error != StatsDError.None)
            {
                figures.CountError(error);
            }
        }
    }

    /// <summary>The values of a line, each with what belongs to it: <c>1:2|ms|#a:b</c> is two of them, as is <c>1|c:2|g</c>.</summary>
    private IEnumerable<string> Samples(string rest, bool hasTags)
    {
        var bar = rest.IndexOf('|', StringComparison.Ordinal);
        if (bar < 0)
        {
            return [rest];
        }
        var values = rest[..bar];
        if (values.Contains(':', StringComparison.Ordinal))
        {
            var shared = rest[bar..];
            if (shared.Split('|')[1] is "ms" or "h" or "d")
            {
                return values.Split(':').Select(value => value + shared);
            }
            figures.CountError(StatsDError.InvalidExtendedAggregateType);
            return [];
        }
        // Values of tags may have colons in them, so that such a line holds one sample.
        return hasTags ? [rest] : rest.Split(':');
    }

    private StatsDError TryReadSample(string name, string sample, SortedDictionary<string, string> labels, List<StatsDEvent> events)
    {
        var parts = sample.Split('|');
        if (parts.Length is < 2 or > 4)
        {
            return StatsDError.MalformedComponent;
        }
        var (text, type) = (parts[0], parts[1]);
        double value = 0;
        if (type != "s" && !(SampleNumber.TryParse(Encoding.UTF8.GetBytes(text), out value) && double.IsFinite(value)))
        {
            // What is no number would stay in a counter for good.
            return StatsDError.MalformedValue;
        }
        if (parts.Skip(2).Any(part => part.Length == 0))
        {
            return StatsDError.MalformedComponent;
        }
        var rate = 1.0;
        var error = StatsDError.None;
        foreach (var part in parts.Skip(2))
        {
            if (part[0] == '@')
            {
                error = SampleNumber.TryParse(Encoding.UTF8.GetBytes(part[1..]), out rate) ? error : StatsDError.InvalidSampleFactor;
                rate = rate == 0 || !double.IsFinite(rate) ? 1 : rate;
            }
            else if (part[0] == '#')
            {
                if (styles.HasFlag(StatsDTagStyles.DogStatsD))
                {
                    ReadTags(part[1..], ':', labels);
                }
            }
            else
            {
                error = StatsDError.InvalidSampleFactor;
            }
        }
        if (labels.Count > 0)
        {
            figures.CountTagged();
        }
        var read = new StatsDEvent
        {
            Type = StatsDType.Counter,
            Name = name,
            Labels = [.. labels.Select(pair => new Label(pair.Key, pair.Value))],
            Value = value,
            Times = 1,
            Member = text,
        };
        StatsDEvent? made = type switch
        {
            "c" => read with { Value = value / rate },
            "g" => read with { Type = StatsDType.Gauge, IsRelative = text[0] is '+' or '-' },
            "ms" => read with { Type = StatsDType.Observer, Value = value / 1000, Times = Times(rate) },
            "h" or "d" => read with { Type = StatsDType.Observer, Times = Times(rate) },
            "s" => read with { Type = StatsDType.Set },
            _ => null,
        };
        if (made is not { } whole)
        {
            return StatsDError.IllegalEvent;
        }
        if (whole.Times > 0)
        {
            events.Add(whole);
        }
        return error;
    }

    private static long Times(double rate) => (long)Math.Clamp(1 / rate, 0, MostTimes);

    /// <summary>Takes the tags out of a name: <c>name#a=b,c=d</c>, <c>name,a=b</c>, <c>na[a=b]me</c>.</summary>
    private string ReadName(string text, SortedDictionary<string, string> labels)
    {
        var open = styles.HasFlag(StatsDTagStyles.SignalFX) ? text.IndexOf('[', StringComparison.Ordinal) : -1;
        var close = open < 0 ? -1 : text.IndexOf(']', open);
        if (close >= 0)
        {
            ReadTags(text[(open + 1)..close], '=', labels);
            return text[..open] + text[(close + 1)..];
        }
        // Half a bracket is no tag, and what else looks like one then is not taken for one.
        var isBroken = open >= 0 || (styles.HasFlag(StatsDTagStyles.SignalFX) && text.Contains(']', StringComparison.Ordinal));
        var start = isBroken ? -1 : text.AsSpan().IndexOfAny(_separators);
        if (start < 0)
        {
            return text;
        }
        ReadTags(text[(start + 1)..], '=', labels);
        return text[..start];
    }

    private void ReadTags(string text, char separator, SortedDictionary<string, string> labels)
    {
        foreach (var part in text.Split(','))
        {
            var tag = part.AsSpan().TrimStart('#');
            var at = tag.IndexOf(separator);
            if (at <= 0 || at == tag.Length - 1 || labels.Count >= MostTags)
            {
                if (tag.Length > 0)
                {
                    figures.CountTagError();
                }
                continue;
            }
            var name = StatsDNames.Escape(tag[..at].ToString());
            if (name.StartsWith(LabelNames.ReservedPrefix, StringComparison.Ordinal))
            {
                // A tag must not become the name of the metric.
                figures.CountTagError();
                continue;
            }
            labels[name] = tag[(at + 1)..].ToString();
        }
    }
}
