using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Exposition;
using Touchline.Storage;

namespace Touchline.Scraping.Loops;

/// <summary>
/// Writes the bodies of one target into batches and keeps track of which of its series live, so that those which vanish are ended by
/// staleness markers. Not thread-safe; one call of <see cref="Ingest"/> is followed by <see cref="Accept"/> or <see cref="Fail"/>.
/// </summary>
/// <param name="config">What the job wants of its samples.</param>
/// <param name="targetLabels">What every series of the target has.</param>
/// <param name="labelsTypeAndUnit">Whether <see cref="TypeAndUnitLabels"/> are added.</param>
internal sealed class TargetIngest(ScrapeConfig config, Labels targetLabels, bool labelsTypeAndUnit = false)
{
    public const string StorageRefuses = "storage refuses samples for now: the disk is full or cannot be written";

    /// <summary>Samples further ahead of the clock would keep a series from taking real ones; Prometheus's figure.</summary>
    private const long FurthestAheadMs = 10 * 60 * 1000;

    private readonly SeriesCache _cache = new();
    private readonly MetadataCache _metadata = new();
    private readonly SampleLabels _sampleLabels = new(config, targetLabels);
    private readonly CreatedLines _created = new();
    private readonly List<Label> _labels = [];
    private readonly List<CachedSeries> _born = [];
    private List<LiveSeries> _inherited = [];
    private int _liveBefore;
    private int _liveSeenAgain;

    public int CachedSeriesCount => _cache.Count;

    /// <summary>Goes on with series of a loop that this one replaces: those that it does not show are ended by its first scrape.</summary>
    public void Inherit(IEnumerable<LiveSeries> series) => _inherited = [.. _inherited, .. series];

    /// <summary>Gives away all that lives, for the loop that replaces this one.</summary>
    public IReadOnlyList<LiveSeries> TakeLive()
    {
        var live = _cache.All.Where(s => s.IsLive).Select(s => new LiveSeries(s.Reference, s.Labels!)).Concat(_inherited).ToList();
        foreach (var series in _cache.All)
        {
            series.IsLive = false;
        }
        _inherited = [];
        _liveBefore = 0;
        return live;
    }

    /// <summary>Puts a body into the batch.</summary>
    /// <param name="timeMs">The scrape's time, for samples without one.</param>
    /// <param name="nowMs">The clock, to tell samples from the future.</param>
    public IngestOutcome Ingest(IAppender appender, ReadOnlySpan<byte> body, ExpositionFormat format, long timeMs, long nowMs)
    {
        _cache.BeginScrape();
        _metadata.BeginScrape();
        _created.Begin(format == ExpositionFormat.OpenMetricsText);
        _born.Clear();
        _liveSeenAgain = 0;
        if (format == ExpositionFormat.OpenMetricsText)
        {
            var reader = new OpenMetricsTextReader(body);
            return Ingest(ref reader, appender, timeMs, nowMs + FurthestAheadMs);
        }
        else
        {
            var reader = new PrometheusTextReader(body);
            return Ingest(ref reader, appender, timeMs, nowMs + FurthestAheadMs);
        }
    }

    /// <summary>After a good body: ends what vanished and says what metadata changed.</summary>
    /// <returns>False where the store refuses samples.</returns>
    public bool Accept(IAppender appender, long timeMs)
    {
        List<CachedSeries> gone = _liveSeenAgain < _liveBefore ? [.. _cache.All.Where(s => s.IsLive && s.LiveIn != _cache.Iteration)] : [];
        var stored = EndSeries(appender, gone, timeMs);
        _liveBefore += _born.Count - gone.Count;
        _born.Clear();
        _metadata.WriteChanges(appender);
        _cache.EndScrape(succeeded: true);
        return stored;
    }

    /// <summary>After a body that is not stored, or none: the batch starts afresh with staleness markers for all that lived.</summary>
    /// <returns>False where the store refuses samples.</returns>
    public bool Fail(IAppender appender, long timeMs)
    {
        appender.Rollback();
        _cache.BeginScrape();
        foreach (var series in _born)
        {
            series.IsLive = false;
        }
        _born.Clear();
        var stored = EndSeries(appender, _liveBefore > 0 ? [.. _cache.All.Where(s => s.IsLive)] : [], timeMs);
        _liveBefore = 0;
        _cache.EndScrape(succeeded: false);
        return stored;
    }

    /// <summary>After the batch went in: metadata need not be said again.</summary>
    public void Committed() => _metadata.Committed(_cache.Iteration);

    private IngestOutcome Ingest<TReader>(ref TReader reader, IAppender appender, long timeMs, long latestMs)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        var outcome = default(IngestOutcome);
        CachedSeries? previous = null;
        var expected = _cache.First;
        while (true)
        {
            var entry = reader.Next(expected is { IsEvicted: false } ? expected.Text : default);
            switch (entry)
            {
                case ExpositionEntry.Series:
                    outcome.Scraped++;
                    var series = reader.IsExpectedSeries ? expected! : FindOrAdd(ref reader, ref outcome);
                    if (series is null)
                    {
                        return outcome;
                    }
                    if (previous is null)
                    {
                        _cache.First = series;
                    }
                    else
                    {
                        previous.Next = series;
                    }
                    previous = series;
                    expected = series.Next;
                    if (!Append(ref reader, series, appender, timeMs, latestMs, ref outcome))
                    {
                        return outcome;
                    }
                    break;
                case ExpositionEntry.End:
                    outcome.Error = outcome.SampleLimitExceeded ? "sample limit exceeded" : null;
                    return outcome;
                case ExpositionEntry.Error:
                    outcome.Error = reader.Error;
                    return outcome;
                default:
                    _metadata.Note(ref reader, entry, _cache.Iteration);
                    _created.BeginFamily();
                    break;
            }
        }
    }

    private CachedSeries? FindOrAdd<TReader>(ref TReader reader, ref IngestOutcome outcome)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        if (_cache.TryGet(reader.Series, out var known))
        {
            return known;
        }
        if (!SeriesText.TryDecode(reader.Series, _cache.Strings, _labels, out var error))
        {
            outcome.Error = $"line {reader.Line}: {error}";
            return null;
        }
        BoundLabels.Normalize(_labels, _metadata.CurrentType);
        if (labelsTypeAndUnit)
        {
            TypeAndUnitLabels.Set(_labels, _metadata.CurrentType, _metadata.CurrentUnit);
        }
        var labels = _sampleLabels.Resolve(_labels);
        if (labels is not null && _sampleLabels.Check(labels) is { } problem)
        {
            outcome.Error = $"line {reader.Line}: {problem}";
            return null;
        }
        return _cache.Add(reader.Series, labels);
    }

    /// <summary>Appends the sample that the reader stands on; false where the rest of the body is pointless.</summary>
    private bool Append<TReader>(ref TReader reader, CachedSeries series, IAppender appender, long timeMs, long latestMs, ref IngestOutcome outcome)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        var again = !_cache.See(series);
        if (series.Labels is null)
        {
            return true;
        }
        outcome.AfterRelabelling++;
        if (config.SampleLimit > 0 && outcome.AfterRelabelling > config.SampleLimit)
        {
            // Read on, so that scrape_samples_scraped says how many there are.
            outcome.SampleLimitExceeded = true;
            return true;
        }
        var ownTime = reader.HasTimestamp && config.HonorTimestamps;
        var time = ownTime ? reader.TimestampMs : timeMs;
        if (again && !ownTime)
        {
            outcome.Duplicates++;
            return true;
        }
        if (time > latestMs)
        {
            outcome.OutOfBounds++;
            return true;
        }
        var status = appender.Append(ref series.Reference, series.Labels, time, reader.Value);
        switch (status)
        {
            case AppendStatus.Stored or AppendStatus.Duplicate:
                Track(series, ownTime, ref outcome);
                _created.Note(series, reader.Value, appender);
                break;
            case AppendStatus.DuplicateTimestamp:
                outcome.Duplicates++;
                break;
            case AppendStatus.OutOfOrder:
                outcome.OutOfOrder++;
                break;
            case AppendStatus.TooOld or AppendStatus.TooFarInFuture:
                outcome.OutOfBounds++;
                break;
            case AppendStatus.InvalidLabels or AppendStatus.SeriesLimit:
                outcome.Refused++;
                return true;
            default:
                outcome.Error = StorageRefuses;
                return false;
        }
        if (!reader.ExemplarText.IsEmpty && !series.Reference.IsNone)
        {
            AppendExemplar(reader.ExemplarText, series, appender, time);
        }
        return true;
    }

    private void Track(CachedSeries series, bool ownTime, ref IngestOutcome outcome)
    {
        if (!series.IsKnown)
        {
            series.IsKnown = true;
            outcome.SeriesAdded++;
        }
        if (ownTime && !config.TrackTimestampsStaleness)
        {
            // A target that gives times itself may leave gaps on purpose, so that its series end by themselves.
            return;
        }
        if (!series.IsLive)
        {
            series.IsLive = true;
            _born.Add(series);
        }
        else if (series.LiveIn != _cache.Iteration)
        {
            _liveSeenAgain++;
        }
        series.LiveIn = _cache.Iteration;
    }

    private void AppendExemplar(ReadOnlySpan<byte> text, CachedSeries series, IAppender appender, long timeMs)
    {
        if (text.SequenceEqual(series.Exemplar))
        {
            return;
        }
        if (OpenMetricsTextReader.TryReadExemplar(text, _cache.Strings, timeMs, _labels, out var exemplar))
        {
            appender.AppendExemplar(series.Reference, exemplar!);
            series.Exemplar = text.ToArray();
        }
    }

    private bool EndSeries(IAppender appender, List<CachedSeries> gone, long timeMs)
    {
        if (gone.Count == 0 && _inherited.Count == 0)
        {
            return true;
        }
        var ending = new Dictionary<Labels, SeriesRef>();
        foreach (var series in gone)
        {
            series.IsLive = false;
            ending[series.Labels!] = series.Reference;
        }
        foreach (var series in _inherited)
        {
            ending[series.Labels] = series.Reference;
        }
        _inherited = [];
        // The same series under another text (labels in another order) has gone on.
        foreach (var series in _cache.All)
        {
            if (series.IsLive && series.LiveIn == _cache.Iteration)
            {
                ending.Remove(series.Labels!);
            }
        }
        var stored = true;
        foreach (var (labels, reference) in ending)
        {
            var known = reference;
            stored &= appender.Append(ref known, labels, timeMs, StaleMarker.Value) != AppendStatus.StorageUnavailable;
        }
        return stored;
    }
}

/// <summary>A series that has samples which no staleness marker ended.</summary>
internal readonly record struct LiveSeries(SeriesRef Reference, Labels Labels);
