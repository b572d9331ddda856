using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Collectors;

/// <summary>
/// Writes collections of one source into a store, with labels of its own (job, instance). Remembers the series from collection to
/// collection: one that is in the same place as last time costs a comparison, and one that is gone gets a staleness marker. Per
/// collection: <see cref="Begin"/>, the samples, <see cref="End"/>, then the caller's commit, then <see cref="Settle"/>. Not thread-safe.
/// </summary>
public sealed class AppenderMetricWriter : IMetricWriter
{
    private readonly Labels _ownLabels;
    private readonly bool _honorLabels;
    private readonly LabelsBuilder _builder = new();
    private readonly Dictionary<Labels, Series> _series = [];
    private readonly HashSet<string> _describedFamilies = new(StringComparer.Ordinal);
    private readonly List<string> _newFamilies = [];
    private readonly List<Series> _gone = [];
    private List<Series> _lastOrder = [];
    private List<Series> _order = [];
    private int _place;
    private int _round;
    private IAppender? _appender;
    private long _timestampMs;
    private string _family = "";

    /// <param name="ownLabels">Labels that every sample gets. A sample's own label of the same name is kept as <c>exported_…</c>.</param>
    /// <param name="honorLabels">Whether it stands instead; an empty one then takes the label away.</param>
    public AppenderMetricWriter(Labels ownLabels, bool honorLabels = false) => (_ownLabels, _honorLabels) = (ownLabels, honorLabels);

    /// <summary>Samples of this collection, staleness markers not counted.</summary>
    public int Samples { get; private set; }

    /// <summary>Series of this collection that the last one did not have.</summary>
    public int SeriesAdded { get; private set; }

    /// <summary>Why the store refused the first of the samples that it refused, <see cref="AppendStatus.Stored"/> where it refused none.</summary>
    public AppendStatus Refusal { get; private set; }

    /// <summary>How many samples of this collection the store refused.</summary>
    public int Refused { get; private set; }

    public void Begin(IAppender appender, long timestampMs)
    {
        (_appender, _timestampMs) = (appender, timestampMs);
        (_lastOrder, _order) = (_order, _lastOrder);
        _order.Clear();
        _newFamilies.Clear();
        _gone.Clear();
        _place = 0;
        _round++;
        Samples = 0;
        SeriesAdded = 0;
        Refusal = AppendStatus.Stored;
        Refused = 0;
    }

    public void Family(string name, MetricType type, string help)
    {
        _family = name;
        if (!_describedFamilies.Contains(name))
        {
            _appender!.SetMetadata(name, new MetricMetadata(type, help, ""));
            _newFamilies.Add(name);
        }
    }

    public void Sample(double value, params ReadOnlySpan<string> labelNamesAndValues) => SuffixedSample("", value, labelNamesAndValues);

    public void SuffixedSample(string suffix, double value, params ReadOnlySpan<string> labelNamesAndValues)
    {
        if (Enter(suffix, labelNamesAndValues) is { } series)
        {
            Note(series, _appender!.Append(ref series.Reference, series.Labels, _timestampMs, value));
        }
    }

    public bool TryHistogram(NativeHistogram histogram, params ReadOnlySpan<string> labelNamesAndValues)
    {
        if (Enter("", labelNamesAndValues) is { } series)
        {
            Note(series, _appender!.AppendHistogram(ref series.Reference, series.Labels, _timestampMs, histogram));
        }
        return true;
    }

    /// <summary>The series that a sample is of, which this collection has from here on; null where it had it already.</summary>
    private Series? Enter(string suffix, ReadOnlySpan<string> labels)
    {
        var series = AtThisPlace(suffix, labels) ?? Find(suffix, labels);
        if (series.Round == _round)
        {
            // The source says it twice; the first one stands, as the store would refuse the second.
            return null;
        }
        series.Round = _round;
        series.Place = _order.Count;
        _order.Add(series);
        Samples++;
        return series;
    }

    private void Note(Series series, AppendStatus status)
    {
        if (status is not (AppendStatus.Stored or AppendStatus.Duplicate))
        {
            Refusal = Refusal == AppendStatus.Stored ? status : Refusal;
            Refused++;
        }
        series.IsTaken = status is AppendStatus.Stored or AppendStatus.Duplicate;
    }

    /// <summary>Writes a sample that belongs to no family, as <c>up</c> does; it is counted by none of the figures.</summary>
    public void ReportSample(string name, double value)
    {
        var (samples, added) = (Samples, SeriesAdded);
        _family = name;
        SuffixedSample("", value);
        (Samples, SeriesAdded) = (samples, added);
    }

    /// <summary>Ends the collection: series that it does not have any more get a staleness marker.</summary>
    public void End()
    {
        foreach (var series in _series.Values)
        {
            if (series.Round == _round)
            {
                continue;
            }
            if (series.IsStored)
            {
                _appender!.Append(ref series.Reference, series.Labels, _timestampMs, StaleMarker.Value);
            }
            _gone.Add(series);
        }
        _appender = null;
    }

    /// <summary>Takes note of what became of the batch: nothing of a batch that was not committed counts as written.</summary>
    public void Settle(bool committed)
    {
        if (committed)
        {
            _describedFamilies.UnionWith(_newFamilies);
            _gone.ForEach(series => _series.Remove(series.Labels));
            _order.ForEach(series => series.IsStored |= series.IsTaken);
            return;
        }
        // References to series that only this batch made may mean nothing to the store.
        foreach (var series in _order)
        {
            series.Reference = default;
        }
    }

    private Series? AtThisPlace(string suffix, ReadOnlySpan<string> labels)
    {
        if (_place >= _lastOrder.Count)
        {
            return null;
        }
        var series = _lastOrder[_place];
        if (!series.Is(_family, suffix, labels))
        {
            return null;
        }
        _place++;
        return series;
    }

    private Series Find(string suffix, ReadOnlySpan<string> labels)
    {
        var key = WholeLabels(suffix, labels);
        if (_series.TryGetValue(key, out var series))
        {
            // Something was left out or put in before it: go on comparing behind its old place.
            _place = series.Place + 1;
            return series;
        }
        series = new Series(_family, suffix, labels.ToArray(), key);
        _series.Add(key, series);
        SeriesAdded++;
        return series;
    }

    private Labels WholeLabels(string suffix, ReadOnlySpan<string> labels)
    {
        _builder.Reset(_ownLabels);
        for (var i = 0; i + 1 < labels.Length; i += 2)
        {
            var name = !_honorLabels && _ownLabels.Has(labels[i]) ? LabelNames.ExportedPrefix + labels[i] : labels[i];
            _builder.Set(name, labels[i + 1]);
        }
        return _builder.Set(LabelNames.MetricName, _family + suffix).ToLabels();
    }

    private sealed class Series(string family, string suffix, string[] sampleLabels, Labels labels)
    {
        public SeriesRef Reference;

        public Labels Labels { get; } = labels;

        /// <summary>Whether a committed batch held it: only then is there something that can go stale.</summary>
        public bool IsStored { get; set; }

        /// <summary>Whether the store took its last sample.</summary>
        public bool IsTaken { get; set; }

        public int Round { get; set; }

        public int Place { get; set; }

        public bool Is(string otherFamily, string otherSuffix, ReadOnlySpan<string> otherLabels)
        {
            if (otherLabels.Length != sampleLabels.Length || otherFamily != family || otherSuffix != suffix)
            {
                return false;
            }
            for (var i = 0; i < sampleLabels.Length; i++)
            {
                if (sampleLabels[i] != otherLabels[i])
                {
                    return false;
                }
            }
            return true;
        }
    }
}
