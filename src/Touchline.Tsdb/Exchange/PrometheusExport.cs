using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Exchange;

/// <summary>
/// Writes what a data directory of ours holds as blocks that Prometheus and promtool read: blocks and what is not in blocks yet. The blocks are cut
/// in ranges that Prometheus itself uses, so that its compaction takes them as its own.
/// </summary>
public static class PrometheusExport
{
    private const int MaxBlocks = 200;
    private const int RangeFactor = 3; // Each of Prometheus's levels holds three of the one below.
    private const int Levels = 6;

    /// <summary>Exports, and answers what came of it.</summary>
    /// <param name="options">What and where to.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told now and then, on the calling thread.</param>
    /// <param name="cancellationToken">Stops between two series; blocks that are finished stay.</param>
    /// <exception cref="ExchangeException">The source is no data directory, or a server runs on it, or the target cannot take blocks.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static ExportReport Run(PrometheusExportOptions options, TimeProvider time, Action<ExchangeProgress> progress, CancellationToken cancellationToken)
    {
        // The source first: where there is none, nothing is made.
        using var store = StoreOpening.Quietly(options.Source, time);
        var target = PrepareTarget(options);
        var status = store.Status();
        var (first, last) = Extent(status, options);
        var blocks = new List<string>();
        var damage = new DamageList();
        foreach (var entry in status.Damage)
        {
            damage.Add(entry);
        }
        var (samples, lastSample) = (0L, long.MinValue);
        var range = RangeFor(first, last);
        for (var start = first > last ? last + 1 : BlockTimes.Start(first, range); start <= last; start += range)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = start + range;
            using var querier = store.OpenQuerier(Math.Max(start, first), Math.Min(end - 1, last));
            using var writer = new PrometheusBlockWriter(target, Ulid.New(time.GetUtcNow()));
            var rows = new SampleColumns();
            var written = 0;
            foreach (var series in Select(querier, options.Selectors, cancellationToken))
            {
                if ((written++ & 255) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress(new ExchangeProgress($"block {blocks.Count + 1}", start - first, last - first, samples + writer.Samples));
                }
                rows.Clear();
                series.Read(Math.Max(start, first), Math.Min(end - 1, last), rows);
                writer.Add(series.Labels, rows);
            }
            foreach (var warning in querier.Warnings)
            {
                damage.Add(warning);
            }
            if (writer.Samples == 0)
            {
                continue;
            }
            samples += writer.Samples;
            lastSample = Math.Max(lastSample, writer.LastTimeMs);
            // The last block ends with its last sample: a Prometheus that starts on it takes samples from there on.
            blocks.Add(Path.GetFileName(writer.Finish(start, end <= last ? end : Math.Min(end, writer.LastTimeMs + 1))));
        }
        return new ExportReport
        {
            Blocks = blocks,
            Samples = samples,
            MinTimeMs = samples > 0 ? first : 0,
            MaxTimeMs = samples > 0 ? lastSample : 0,
            Damage = damage.ToList(),
        };
    }

    private static string PrepareTarget(PrometheusExportOptions options)
    {
        var target = Path.GetFullPath(options.Target);
        if (target == Path.GetFullPath(options.Source))
        {
            throw new ExchangeException($"{target} is both source and target");
        }
        try
        {
            Directory.CreateDirectory(target);
            if (Directory.Exists(Path.Combine(target, "blocks")) && Directory.Exists(Path.Combine(target, "wal")))
            {
                throw new ExchangeException($"{target} is a data directory of Touchline; export into another one");
            }
            // Without one, promtool tsdb dump finds fault with the directory.
            Directory.CreateDirectory(Path.Combine(target, PrometheusFiles.Wal));
            return target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExchangeException($"{target} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>The times that there may be samples of, both inclusive; the first is behind the last where there are none.</summary>
    private static (long First, long Last) Extent(TsdbStatus status, PrometheusExportOptions options)
    {
        var (first, last) = (long.MaxValue, long.MinValue);
        foreach (var block in status.Blocks)
        {
            first = Math.Min(first, block.MinTimeMs);
            last = Math.Max(last, block.MaxTimeMs - 1);
        }
        if (status.HeadMaxTimeMs != 0 || status.HeadMinTimeMs != 0)
        {
            first = Math.Min(first, status.HeadMinTimeMs);
            last = Math.Max(last, status.HeadMaxTimeMs);
        }
        return (Math.Max(first, options.MinTimeMs), Math.Min(last, options.MaxTimeMs));
    }

    private static long RangeFor(long first, long last)
    {
        var range = ImportTarget.HeadRangeMs;
        for (var level = 1; level < Levels && last - first > range * MaxBlocks; level++)
        {
            range *= RangeFactor;
        }
        return range;
    }

    /// <summary>The series that pass one of the selectors, each once, in the order of labels.</summary>
    internal static IEnumerable<ISeries> Select(
        IQuerier querier, IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, CancellationToken cancellationToken)
    {
        if (selectors.Count <= 1)
        {
            return querier.Select(selectors.Count == 0 ? [] : selectors[0], sorted: true, cancellationToken);
        }
        var selected = new SortedDictionary<Labels, ISeries>();
        foreach (var matchers in selectors)
        {
            foreach (var series in querier.Select(matchers, sorted: false, cancellationToken))
            {
                selected.TryAdd(series.Labels, series);
            }
        }
        return selected.Values;
    }
}
