using System.Runtime.CompilerServices;
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
        for (var passes = 1; ; passes++)
        {
            var pass = new IngestPass(appender, timeMs, nowMs + FurthestAheadMs);
            IngestOnce(pass, body, format);
            ref var outcome = ref pass.Outcome;
            if (outcome.Error is not null || DropsTarget || !_quarantine.Review(outcome.Kept, CountByMetric))
            {
                outcome.SampleLimitExceeded |= _quarantine.HoldsForSamples;
                return outcome;
            }
            if (passes == MostPasses)
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

    private void IngestOnce(IngestPass pass, ReadOnlySpan<byte> body, ExpositionFormat format)
    {
        _metadata.BeginScrape();
        _created.Begin(format == ExpositionFormat.OpenMetricsText);
        _conversion?.Begin();
        _quarantine.BeginPass();
        _born.Clear();
        _liveSeenAgain = 0;
        switch (format)
        {
            case ExpositionFormat.Protobuf:
                var protobuf = new ProtobufReader(body, _protobuf, new ProtobufOptions(config.ScrapeNativeHistograms == true, config.AlwaysScrapeClassicHistograms));
                IngestAll(ref protobuf, pass);
                break;
            case ExpositionFormat.OpenMetricsText:
                var openMetrics = new OpenMetricsTextReader(body);
                IngestAll(ref openMetrics, pass);
                break;
            default:
                var text = new PrometheusTextReader(body);
                IngestAll(ref text, pass);
                break;
        }
    }

    // Called once a scrape, too seldom for the runtime to compile it anew: what is compiled ahead calls where it could inline (benchmarks/parse).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void IngestAll<TReader>(ref TReader reader, IngestPass pass)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        CachedSeries? previous = null;
        var expected = _cache.First;
        while (pass.Outcome.Error is null)
        {
            var entry = reader.Next(expected is { IsEvicted: false } ? expected.Text : default);
            switch (entry)
            {
                case ExpositionEntry.Series or ExpositionEntry.Histogram:
                    var series = reader.IsExpectedSeries ? expected! : FindOrAdd(ref reader, entry == ExpositionEntry.Histogram, pass);
                    if (series is null)
                    {
                        return;
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
                    if (_conversion is null || !Convert(ref reader, series, entry, pass))
                    {
                        AppendEntry(ref reader, series, entry, pass);
                    }
                    break;
                case ExpositionEntry.End:
                    EndConversion(pass);
                    pass.Outcome.Error ??= pass.Outcome.SampleLimitExceeded && DropsTarget ? SampleLimitError : null;
                    return;
                case ExpositionEntry.Error:
                    pass.Outcome.Error = reader.Error;
                    return;
                default:
                    EndConversion(pass);
                    _metadata.Note(ref reader, entry, _cache.Iteration);
                    _created.BeginFamily();
                    break;
            }
        }
    }

    private CachedSeries? FindOrAdd<TReader>(ref TReader reader, bool isNative, IngestPass pass)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        if (_cache.TryGet(reader.Series, out var known))
        {
            return known;
        }
        var series = Add(reader.Series, isNative, pass, out var error);
        pass.Outcome.Error = series is null ? $"{reader.Place}: {error}" : null;
        return series;
    }

    private CachedSeries? Add(ReadOnlySpan<byte> text, bool isNative, IngestPass pass, out string error)
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
            pass.Outcome.Scraped++;
            return null;
        }
        var series = _cache.Add(text, labels);
        series.Part = part;
        series.Problem = problem ?? (labels is null ? null : _sampleLabels.BrokenLimit(labels));
        return series;
    }

    /// <summary>Follows the body for classic histograms; true where the entry becomes a part of one and is no series itself.</summary>
    private bool Convert<TReader>(ref TReader reader, CachedSeries series, ExpositionEntry entry, IngestPass pass)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        var part = _metadata.CurrentType == MetricType.Histogram && series.Part?.Family == _metadata.CurrentName ? series.Part : null;
        if (entry == ExpositionEntry.Histogram)
        {
            EndConversion(pass);
            if (series.Part is { } native)
            {
                _conversion!.NoteNative(native);
            }
            return false;
        }
        if (_conversion!.EndsBefore(part))
        {
            EndConversion(pass);
        }
        if (_created.Speaks(series, _metadata.CurrentType))
        {
            // As in Prometheus, what says since when a histogram counts is no series beside a converted one.
            _cache.See(series);
            _created.Note(series, reader.Value, pass.Appender);
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
    private void EndConversion(IngestPass pass)
    {
        if (_conversion is not { IsGathering: true } conversion || pass.Outcome.Error is not null)
        {
            return;
        }
        if (conversion.ToNative() is not { } histogram)
        {
            pass.Outcome.Unconvertible++;
        }
        else if ((_cache.TryGet(conversion.SeriesText, out var known) ? known : Add(conversion.SeriesText, isNative: true, pass, out _)) is { } series)
        {
            var sample = new ScrapedSample(0, histogram, conversion.TimestampMs, conversion.CreatedMs);
            if (Append(series, sample, pass))
            {
                foreach (var exemplar in conversion.Exemplars)
                {
                    GatherExemplar(exemplar);
                }
                AppendExemplars(series, pass.Appender);
            }
        }
        conversion.Reset();
    }

    private void AppendEntry<TReader>(ref TReader reader, CachedSeries series, ExpositionEntry entry, IngestPass pass)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        var isHistogram = entry == ExpositionEntry.Histogram;
        var sample = new ScrapedSample(
            reader.Value, isHistogram ? reader.Histogram : null, reader.HasTimestamp ? reader.TimestampMs : null, reader.CreatedMs);
        if (!Append(series, sample, pass) || reader.ExemplarText.IsEmpty)
        {
            return;
        }
        if (!isHistogram)
        {
            AppendExemplar(reader.ExemplarText, series, pass.Appender, sample.TimestampMs is { } own && config.HonorTimestamps ? own : pass.TimeMs);
            return;
        }
        for (var more = true; more; more = reader.NextExemplar())
        {
            GatherExemplar(reader.ExemplarText);
        }
        AppendExemplars(series, pass.Appender);
    }

    /// <summary>Appends a sample; false where exemplars of it are of no use.</summary>
    private bool Append(CachedSeries series, in ScrapedSample sample, IngestPass pass)
    {
        pass.Outcome.Scraped++;
        var again = !_cache.See(series);
        if (series.Labels is null)
        {
            return false;
        }
        var histogram = sample.Histogram;
        var problem = series.Problem ?? (histogram is null ? null : _histogramLimits.Apply(ref histogram, ref pass.Outcome));
        var isAdmitted = IsAdmitted(series, problem, pass);
        pass.Outcome.AfterRelabelling += pass.Outcome.Error is null ? 1 : 0;
        if (!isAdmitted)
        {
            return false;
        }
        pass.Outcome.Kept++;
        series.KeptIn = _cache.Iteration;
        if (config.SampleLimit > 0 && pass.Outcome.Kept > config.SampleLimit)
        {
            // Read on, so that scrape_samples_scraped says how many there are.
            pass.Outcome.SampleLimitExceeded = true;
            return false;
        }
        var ownTime = sample.TimestampMs is not null && config.HonorTimestamps;
        var time = ownTime ? sample.TimestampMs!.Value : pass.TimeMs;
        if (again && !ownTime)
        {
            pass.Outcome.Duplicates++;
            return false;
        }
        if (time > pass.LatestMs)
        {
            pass.Outcome.OutOfBounds++;
            return false;
        }
        var status = histogram is null
            ? pass.Appender.Append(ref series.Reference, series.Labels, time, sample.Value)
            : pass.Appender.AppendHistogram(ref series.Reference, series.Labels, time, histogram);
        switch (status)
        {
            case AppendStatus.Stored or AppendStatus.Duplicate:
                Track(series, ownTime, pass);
                _created.Note(series, sample.Value, pass.Appender);
                NoteCreated(series, sample.CreatedMs, pass.Appender);
                break;
            case AppendStatus.DuplicateTimestamp:
                pass.Outcome.Duplicates++;
                break;
            case AppendStatus.OutOfOrder:
                pass.Outcome.OutOfOrder++;
                break;
            case AppendStatus.TooOld or AppendStatus.TooFarInFuture:
                pass.Outcome.OutOfBounds++;
                break;
            case AppendStatus.InvalidLabels or AppendStatus.SeriesLimit:
                pass.Outcome.Refused++;
                return false;
            default:
                pass.Outcome.Error = StorageRefuses;
                return false;
        }
        return !series.Reference.IsNone;
    }

    /// <summary>Whether the sample is stored as far as limits go: those that it breaks, and those that its metric broke before.</summary>
    private bool IsAdmitted(CachedSeries series, string? problem, IngestPass pass)
    {
        if (problem is not null)
        {
            if (DropsTarget)
            {
                pass.Outcome.Error = problem;
                return false;
            }
            _quarantine.Breach(series.Labels!.MetricName, problem);
        }
        if (_quarantine.IsEmpty || !_quarantine.Holds(series.Labels!.MetricName))
        {
            return true;
        }
        pass.Outcome.Quarantined++;
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

    private void Track(CachedSeries series, bool ownTime, IngestPass pass)
    {
        if (series.KnownSince == CachedSeries.Never)
        {
            series.KnownSince = _cache.Iteration;
            pass.Outcome.SeriesAdded++;
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
