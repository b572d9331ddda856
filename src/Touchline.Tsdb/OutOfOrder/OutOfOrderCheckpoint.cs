using System.Runtime.InteropServices;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.OutOfOrder;

/// <summary>
/// The out-of-order samples that are in no block yet, for a checkpoint: batch records that hold nothing else. They follow the series, so
/// that the replay knows their labels and what is in order.
/// </summary>
internal static class OutOfOrderCheckpoint
{
    private const int SamplesPerRecord = 50_000;

    /// <param name="commits">Held while the samples of some series are copied, so that nothing of theirs comes or goes meanwhile.</param>
    public static void Write(FileStream file, ByteBuffer record, MetricHead head, Lock commits, CancellationToken cancellationToken)
    {
        var samples = new List<PendingSample>();
        var rows = new SampleColumns();
        var scratch = new ByteBuffer();
        foreach (var range in head.OutOfOrder.Ranges)
        {
            foreach (var reference in range.References)
            {
                cancellationToken.ThrowIfCancellationRequested();
                lock (commits)
                {
                    Copy(range, head.Find(reference), rows, scratch, samples);
                }
                if (samples.Count >= SamplesPerRecord)
                {
                    Flush(file, record, samples);
                }
            }
        }
        Flush(file, record, samples);
    }

    private static void Copy(OutOfOrderRange range, HeadSeries? series, SampleColumns rows, ByteBuffer scratch, List<PendingSample> samples)
    {
        // What was committed since the segment was begun, the series included, is in the log itself.
        if (series is not { IsLogged: true } logged || range.Find(logged.Reference) is not { } found)
        {
            return;
        }
        rows.Clear();
        found.View().Read(long.MinValue, long.MaxValue, rows);
        for (var row = 0; row < rows.Count; row++)
        {
            var histogram = rows.HasHistograms ? rows.Histograms[row] : null;
            samples.Add(new PendingSample(logged, rows.Timestamps[row], rows.Values[row], histogram is null ? null : HistogramCodec.ToBytes(histogram, scratch)));
        }
    }

    private static void Flush(FileStream file, ByteBuffer record, List<PendingSample> samples)
    {
        if (samples.Count == 0)
        {
            return;
        }
        BatchRecord.Write(record, [], [], [], [], samples);
        file.Write(record.Written);
        samples.Clear();
    }
}
