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
    public const string SampleLimitError = "sample limit exceeded";

    public const string StorageRefuses = "storage refuses samples for now: the disk is full or cannot be written";

    /// <summary>Samples further ahead of the clock would keep a series from taking real ones; Prometheus's figure.</summary>
    private const long FurthestAheadMs = 10 * 60 * 1000;

    /// <summary>One to find what breaks a limit, one to see what the rest comes to, one to store that.</summary>
    private const int MostPasses = 3;

    private readonly SeriesCache _cache = new();
    private readonly ProtobufScratch _protobuf = new();
    private readonly HistogramConversion? _conversion = config.ConvertClassicHistograms ? new() : null;
    private readonly Quarantine _quarantine = new(config);
    private readonly HistogramLimits _histogramLimits = new(config);
    private readonly MetadataCache _metadata = new();
    private readonly SampleLabels _sampleLabels = new(config, targetLabels);
    private readonly CreatedLines _created = new();
    private readonly List<Label> _labels = [];
    private readonly List<Exemplar> _exemplars = [];
    private readonly List<CachedSeries> _born = [];
    private List<LiveSeries> _inherited = [];
    private int _liveBefore;
    private int _liveSeenAgain;
    private bool _hasIngested;

    public int CachedSeriesCount => _cache.Count;

    /// <summary>What the last body had that breaks a limit and was left out.</summary>
    public IReadOnlyList<QuarantinedMetric> Quarantined => _quarantine.IsEmpty ? [] : _quarantine.Metrics;

    private bool DropsTarget => config.OnLimit == LimitAction.DropTarget;

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
        _hasIngested = true;
        for (var pass = 1; ; pass++)
        {
            var outcome = IngestOnce(appender, body, format, timeMs, nowMs);
            if (outcome.Error is not null || DropsTarget || !_quarantine.Review(outcome.Kept, CountByMetric))
            {
                outcome.SampleLimitExceeded |= _quarantine.HoldsForSamples;
                return outcome;
            }
            if (pass == MostPasses)
            {
                outcome.Error = outcome.SampleLimitExceeded ? SampleLimitError : "the limits leave out other metrics each time that the body is read";
                return outcome;
            }
            StartAgain(appender);
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
        _hasIngested = false;
        _cache.EndScrape(succeeded: true);
        return stored;
    }

    /// <summary>After a body that is not stored, or none: the batch starts afresh with staleness markers for all that lived.</summary>
    /// <returns>False where the store refuses samples.</returns>
    public bool Fail(IAppender appender, long timeMs)
    {
        appender.Rollback();
        if (_hasIngested)
        {
            Forget();
            _hasIngested = false;
        }
        _cache.BeginScrape();
        var stored = EndSeries(appender, _liveBefore > 0 ? [.. _cache.All.Where(s => s.IsLive)] : [], timeMs);
        _liveBefore = 0;
        _cache.EndScrape(succeeded: false);
        return stored;
    }

    /// <summary>After the batch went in: metadata need not be said again.</summary>
    public void Committed() => _metadata.Committed(_cache.Iteration);

    private IngestOutcome IngestOnce(IAppender appender, ReadOnlySpan<byte> body, ExpositionFormat format, long timeMs, long nowMs)
    {
        _metadata.BeginScrape();
        _created.Begin(format == ExpositionFormat.OpenMetricsText);
        _conversion?.Begin();
        _quarantine.BeginPass();
        _born.Clear();
        _liveSeenAgain = 0;
        var latestMs = nowMs + FurthestAheadMs;
        switch (format)
        {
            case ExpositionFormat.Protobuf:
                var protobuf = new ProtobufReader(body, _protobuf, new ProtobufOptions(config.ScrapeNativeHistograms == true, config.AlwaysScrapeClassicHistograms));
                return IngestAll(ref protobuf, appender, timeMs, latestMs);
            case ExpositionFormat.OpenMetricsText:
                var openMetrics = new OpenMetricsTextReader(body);
                return IngestAll(ref openMetrics, appender, timeMs, latestMs);
            default:
                var text = new PrometheusTextReader(body);
                return IngestAll(ref text, appender, timeMs, latestMs);
        }
    }

    private IngestOutcome IngestAll<TReader>(ref TReader reader, IAppender appender, long timeMs, long latestMs)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        var outcome = default(IngestOutcome);
        CachedSeries? previous = null;
        var expected = _cache.First;
        while (outcome.Error is null)
        {
            var entry = reader.Next(expected is { IsEvicted: false } ? expected.Text : default);
            switch (entry)
            {
                case ExpositionEntry.Series or ExpositionEntry.Histogram:
                    var series = reader.IsExpectedSeries ? expected! : FindOrAdd(ref reader, entry == ExpositionEntry.Histogram, ref outcome);
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
                    if (_conversion is null || !Convert(ref reader, series, entry, appender, timeMs, latestMs, ref outcome))
                    {
                        AppendEntry(ref reader, series, entry, appender, timeMs, latestMs, ref outcome);
                    }
                    break;
                case ExpositionEntry.End:
                    EndConversion(appender, timeMs, latestMs, ref outcome);
                    outcome.Error ??= outcome.SampleLimitExceeded && DropsTarget ? SampleLimitError : null;
                    return outcome;
                case ExpositionEntry.Error:
                    outcome.Error = reader.Error;
                    return outcome;
                default:
                    EndConversion(appender, timeMs, latestMs, ref outcome);
                    _metadata.Note(ref reader, entry, _cache.Iteration);
                    _created.BeginFamily();
                    break;
            }
        }
        return outcome;
    }

    private CachedSeries? FindOrAdd<TReader>(ref TReader reader, bool isNative, ref IngestOutcome outcome)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        if (_cache.TryGet(reader.Series, out var known))
        {
            return known;
        }
        var series = Add(reader.Series, isNative, ref outcome, out var error);
        outcome.Error = series is null ? $"{reader.Place}: {error}" : null;
        return series;
    }

    private CachedSeries? Add(ReadOnlySpan<byte> text, bool isNative, ref IngestOutcome outcome, out string error)
    {
        if (!SeriesText.TryDecode(text, _cache.Strings, _labels, out error))
        {
            return null;
        }
        BoundLabels.Normalize(_labels, _metadata.CurrentType);
        if (labelsTypeAndUnit)
        {
            TypeAndUnitLabels.Set(_labels, _metadata.CurrentType, _metadata.CurrentUnit);
        }
        var part = _conversion is null ? null : ClassicPart.Of(_labels, isNative);
        var labels = _sampleLabels.Resolve(_labels);
        var problem = labels is null ? null : _sampleLabels.Check(labels);
        // Names are as good a reason as limits to leave out one metric in place of all; what has no name cannot be left out by it.
        if (problem is not null && (DropsTarget || labels!.MetricName.Length == 0))
        {
            error = problem;
            outcome.Scraped++;
            return null;
        }
        var series = _cache.Add(text, labels);
        series.Part = part;
        series.Problem = problem ?? (labels is null ? null : _sampleLabels.BrokenLimit(labels));
        return series;
    }

    /// <summary>Follows the body for classic histograms; true where the entry becomes a part of one and is no series itself.</summary>
    private bool Convert<TReader>(
        ref TReader reader, CachedSeries series, ExpositionEntry entry, IAppender appender, long timeMs, long latestMs, ref IngestOutcome outcome)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        var part = _metadata.CurrentType == MetricType.Histogram && series.Part?.Family == _metadata.CurrentName ? series.Part : null;
        if (entry == ExpositionEntry.Histogram)
        {
            EndConversion(appender, timeMs, latestMs, ref outcome);
            if (series.Part is { } native)
            {
                _conversion!.NoteNative(native);
            }
            return false;
        }
        if (_conversion!.EndsBefore(part))
        {
            EndConversion(appender, timeMs, latestMs, ref outcome);
        }
        if (_created.Speaks(series, _metadata.CurrentType))
        {
            // As in Prometheus, what says since when a histogram counts is no series beside a converted one.
            _cache.See(series);
            _created.Note(series, reader.Value, appender);
            return true;
        }
        if (part is null || !_conversion.TryAdd(part, ref reader) || config.AlwaysScrapeClassicHistograms)
        {
            return false;
        }
        _cache.See(series);
        return true;
    }

    /// <summary>Appends the histogram that was gathered, if any.</summary>
    private void EndConversion(IAppender appender, long timeMs, long latestMs, ref IngestOutcome outcome)
    {
        if (_conversion is not { IsGathering: true } conversion || outcome.Error is not null)
        {
            return;
        }
        if (conversion.ToNative() is not { } histogram)
        {
            outcome.Unconvertible++;
        }
        else if ((_cache.TryGet(conversion.SeriesText, out var known) ? known : Add(conversion.SeriesText, isNative: true, ref outcome, out _)) is { } series)
        {
            var sample = new ScrapedSample(0, histogram, conversion.TimestampMs, conversion.CreatedMs);
            if (Append(series, sample, appender, timeMs, latestMs, ref outcome))
            {
                foreach (var exemplar in conversion.Exemplars)
                {
                    GatherExemplar(exemplar);
                }
                AppendExemplars(series, appender);
            }
        }
        conversion.Reset();
    }

    private void AppendEntry<TReader>(
        ref TReader reader, CachedSeries series, ExpositionEntry entry, IAppender appender, long timeMs, long latestMs, ref IngestOutcome outcome)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        var isHistogram = entry == ExpositionEntry.Histogram;
        var sample = new ScrapedSample(
            reader.Value, isHistogram ? reader.Histogram : null, reader.HasTimestamp ? reader.TimestampMs : null, reader.CreatedMs);
        if (!Append(series, sample, appender, timeMs, latestMs, ref outcome) || reader.ExemplarText.IsEmpty)
        {
            return;
        }
        if (!isHistogram)
        {
            AppendExemplar(reader.ExemplarText, series, appender, sample.TimestampMs is { } own && config.HonorTimestamps ? own : timeMs);
            return;
        }
        for (var more = true; more; more = reader.NextExemplar())
        {
            GatherExemplar(reader.ExemplarText);
        }
        AppendExemplars(series, appender);
    }

    /// <summary>Appends a sample; false where exemplars of it are of no use.</summary>
    private bool Append(CachedSeries series, in ScrapedSample sample, IAppender appender, long timeMs, long latestMs, ref IngestOutcome outcome)
    {
        outcome.Scraped++;
        var again = !_cache.See(series);
        if (series.Labels is null)
        {
            return false;
        }
        var histogram = sample.Histogram;
        var problem = series.Problem ?? (histogram is null ? null : _histogramLimits.Apply(ref histogram, ref outcome));
        var isAdmitted = IsAdmitted(series, problem, ref outcome);
        outcome.AfterRelabelling += outcome.Error is null ? 1 : 0;
        if (!isAdmitted)
        {
            return false;
        }
        outcome.Kept++;
        series.KeptIn = _cache.Iteration;
        if (config.SampleLimit > 0 && outcome.Kept > config.SampleLimit)
        {
            // Read on, so that scrape_samples_scraped says how many there are.
            outcome.SampleLimitExceeded = true;
            return false;
        }
        var ownTime = sample.TimestampMs is not null && config.HonorTimestamps;
        var time = ownTime ? sample.TimestampMs!.Value : timeMs;
        if (again && !ownTime)
        {
            outcome.Duplicates++;
            return false;
        }
        if (time > latestMs)
        {
            outcome.OutOfBounds++;
            return false;
        }
        var status = histogram is null
            ? appender.Append(ref series.Reference, series.Labels, time, sample.Value)
            : appender.AppendHistogram(ref series.Reference, series.Labels, time, histogram);
        switch (status)
        {
            case AppendStatus.Stored or AppendStatus.Duplicate:
                Track(series, ownTime, ref outcome);
                _created.Note(series, sample.Value, appender);
                NoteCreated(series, sample.CreatedMs, appender);
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
                return false;
            default:
                outcome.Error = StorageRefuses;
                return false;
        }
        return !series.Reference.IsNone;
    }

    /// <summary>Whether the sample is stored as far as limits go: those that it breaks, and those that its metric broke before.</summary>
    private bool IsAdmitted(CachedSeries series, string? problem, ref IngestOutcome outcome)
    {
        if (problem is not null)
        {
            if (DropsTarget)
            {
                outcome.Error = problem;
                return false;
            }
            _quarantine.Breach(series.Labels!.MetricName, problem);
        }
        if (_quarantine.IsEmpty || !_quarantine.Holds(series.Labels!.MetricName))
        {
            return true;
        }
        outcome.Quarantined++;
        return false;
    }

    private static void NoteCreated(CachedSeries series, long createdMs, IAppender appender)
    {
        if (createdMs != CountedSince.Unknown && createdMs != series.CreatedMs)
        {
            series.CreatedMs = createdMs;
            appender.SetCreated(series.Reference, createdMs);
        }
    }

    private Dictionary<string, int> CountByMetric() =>
        _cache.All.Where(series => series.KeptIn == _cache.Iteration).CountBy(series => series.Labels!.MetricName).ToDictionary();

    /// <summary>Drops what the pass over the body put into the batch, so that another can begin.</summary>
    private void StartAgain(IAppender appender)
    {
        appender.Rollback();
        Forget();
        foreach (var series in _cache.All)
        {
            // It is counted again where it is still there.
            if (series.KnownSince == _cache.Iteration)
            {
                series.KnownSince = CachedSeries.Never;
            }
        }
        _cache.BeginScrape();
    }

    /// <summary>Takes back what was noted of samples whose batch was dropped.</summary>
    private void Forget()
    {
        foreach (var series in _cache.All)
        {
            if (series.SeenIn == _cache.Iteration)
            {
                series.Forget();
            }
        }
        foreach (var series in _born)
        {
            series.IsLive = false;
        }
        _born.Clear();
    }

    private void Track(CachedSeries series, bool ownTime, ref IngestOutcome outcome)
    {
        if (series.KnownSince == CachedSeries.Never)
        {
            series.KnownSince = _cache.Iteration;
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

    /// <summary>Keeps an exemplar of a histogram for <see cref="AppendExemplars"/>, if it says when it was: others could not be told apart.</summary>
    private void GatherExemplar(ReadOnlySpan<byte> text)
    {
        if (OpenMetricsTextReader.TryReadExemplar(text, _cache.Strings, CountedSince.Unknown, _labels, out var exemplar)
            && exemplar!.TimestampMs != CountedSince.Unknown)
        {
            _exemplars.Add(exemplar);
        }
    }

    /// <summary>Appends what of the gathered exemplars is later than those of the scrapes before, in order of time.</summary>
    private void AppendExemplars(CachedSeries series, IAppender appender)
    {
        var latest = series.LatestExemplarMs;
        foreach (var exemplar in _exemplars.Where(exemplar => exemplar.TimestampMs > latest).OrderBy(exemplar => exemplar.TimestampMs).ThenBy(exemplar => exemplar.Value))
        {
            appender.AppendExemplar(series.Reference, exemplar);
            series.LatestExemplarMs = exemplar.TimestampMs;
        }
        _exemplars.Clear();
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
