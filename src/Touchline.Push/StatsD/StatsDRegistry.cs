using System.Globalization;
using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Families;

namespace Touchline.Push.StatsD;

/// <summary>
/// What StatsD told, added up as metrics of Prometheus by the rules of statsd_exporter. Series are bounded in number, and forgotten when nobody
/// sends them for their time to live. Thread-safe.
/// </summary>
public sealed class StatsDRegistry(StatsDOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly StatsDMapper _mapper = new();
    private int _series;
    private long _text;

    public StatsDFigures Figures { get; } = new();

    public StatsDOptions Options => options;

    /// <summary>Mappings in force.</summary>
    public int MappingCount { get; private set; }

    /// <summary>How many metrics there are of each type.</summary>
    public IReadOnlyDictionary<MetricType, int> MetricCounts
    {
        get
        {
            lock (_lock)
            {
                return _families.Values.CountBy(family => family.Type).ToDictionary();
            }
        }
    }

    /// <summary>Series in a store, as of now.</summary>
    public int SeriesCount
    {
        get
        {
            lock (_lock)
            {
                return _series;
            }
        }
    }

    /// <summary>Puts mappings in the place of those before. Series that are there already stay as they are.</summary>
    public void Map(StatsDMappingConfig mappings)
    {
        lock (_lock)
        {
            _mapper.Use(mappings);
            MappingCount = mappings.Mappings.Count;
        }
    }

    /// <summary>Takes events in their order.</summary>
    public void Take(IReadOnlyList<StatsDEvent> events)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var measured in events)
            {
                Figures.CountEvent(measured.Type);
                Take(measured, now);
            }
        }
    }

    /// <summary>All families as they are now, sorted by name.</summary>
    public IReadOnlyList<MetricFamily> Families()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            Expire(now);
            return [.. _families.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Read(pair.Key, now))];
        }
    }

    private void Take(StatsDEvent measured, DateTimeOffset now)
    {
        var mapped = _mapper.Map(measured);
        if (mapped.IsDropped)
        {
            Figures.CountDropped();
            return;
        }
        if (!mapped.IsMapped)
        {
            Figures.CountUnmapped();
        }
        if (mapped.Scale != 1)
        {
            measured = measured with { Value = measured.Value * mapped.Scale };
        }
        if (!double.IsFinite(measured.Value))
        {
            // Of a rate or a scale that made it so: it would stay in a counter for good.
            Figures.CountError(StatsDError.MalformedValue);
            return;
        }
        if (measured.Type == StatsDType.Counter && measured.Value < 0)
        {
            Figures.CountNegativeCounter();
            return;
        }
        if (Find(mapped, measured.Type, now) is { } series)
        {
            series.Take(measured, now);
            series.LastSeen = now;
            series.Ttl = mapped.Ttl ?? options.Ttl;
        }
    }

    /// <summary>The series of an event; null where there can be none.</summary>
    private StatsDSeries? Find(in MappedEvent mapped, StatsDType type, DateTimeOffset now)
    {
        var metricType = MetricTypeOf(type, mapped);
        var isNew = !_families.TryGetValue(mapped.Name, out var family);
        family ??= new Family(metricType, mapped.Help);
        if (mapped.Name.Length == 0 || family.Type != metricType || HasOwnBound(mapped.Labels, metricType) || (isNew && Collides(mapped.Name, metricType)))
        {
            Figures.CountConflict(type);
            return null;
        }
        var key = string.Concat(mapped.Labels.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Name.Length}:{l.Name}{l.Value.Length}:{l.Value}")));
        if (family.Series.TryGetValue(key, out var series))
        {
            return series;
        }
        series = type switch
        {
            StatsDType.Counter or StatsDType.Gauge => new NumberSeries(mapped.Labels, type == StatsDType.Counter),
            StatsDType.Set => new SetSeries(mapped.Labels, Figures, now),
            _ when metricType == MetricType.Histogram => new HistogramSeries(mapped.Labels, mapped.Buckets, mapped.Native),
            _ => new SummarySeries(mapped.Labels, mapped.Summary, now),
        };
        var text = key.Length + mapped.Name.Length;
        if (!HasRoom(series, text))
        {
            // Those that nobody sends any more make room first.
            Expire(now);
            if (!HasRoom(series, text))
            {
                Figures.CountSeriesRefused();
                return null;
            }
        }
        _families[mapped.Name] = family;
        family.Series.Add(key, series);
        _series += series.SeriesCount;
        _text += text;
        return series;
    }

    private bool HasRoom(StatsDSeries series, int text) =>
        _series + series.SeriesCount <= options.MaxSeries && _text + text <= options.MaxTextCharacters;

    /// <summary>Whether a label is there that the parts of a summary or histogram have themselves.</summary>
    private static bool HasOwnBound(IReadOnlyList<Label> labels, MetricType type) => labels.Any(label =>
        (type == MetricType.Summary && label.Name == LabelNames.Quantile) || (type == MetricType.Histogram && label.Name == LabelNames.BucketBound));

    private static MetricType MetricTypeOf(StatsDType type, in MappedEvent mapped) => type switch
    {
        StatsDType.Counter => MetricType.Counter,
        StatsDType.Observer => mapped.IsHistogram ? MetricType.Histogram : MetricType.Summary,
        _ => MetricType.Gauge,
    };

    /// <summary>Whether series of two families would have the same names.</summary>
    private bool Collides(string name, MetricType type)
    {
        foreach (var suffix in (string[])["_sum", "_count", "_bucket"])
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal) && _families.TryGetValue(name[..^suffix.Length], out var whole) && HasPart(whole.Type, suffix))
            {
                return true;
            }
            if (HasPart(type, suffix) && _families.ContainsKey(name + suffix))
            {
                return true;
            }
        }
        return false;
    }

    private static bool HasPart(MetricType type, string suffix) =>
        type == MetricType.Histogram || (type == MetricType.Summary && suffix != "_bucket");

    private void Expire(DateTimeOffset now)
    {
        foreach (var (name, family) in _families)
        {
            foreach (var (key, series) in family.Series)
            {
                if (series.Ttl > TimeSpan.Zero && now - series.LastSeen > series.Ttl)
                {
                    family.Series.Remove(key);
                    _series -= series.SeriesCount;
                    _text -= key.Length + name.Length;
                }
            }
            if (family.Series.Count == 0)
            {
                _families.Remove(name);
            }
        }
    }

    private sealed class Family(MetricType type, string help)
    {
        public MetricType Type => type;

        public Dictionary<string, StatsDSeries> Series { get; } = new(StringComparer.Ordinal);

        public MetricFamily Read(string name, DateTimeOffset now)
        {
            var family = new MetricFamily(name) { Type = type, Help = help };
            family.Metrics.AddRange(Series.Values.Select(series => series.Read(now)));
            return family;
        }
    }
}
