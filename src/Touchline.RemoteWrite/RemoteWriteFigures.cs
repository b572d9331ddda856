using Touchline.RemoteWrite.Decoding;
using Touchline.Storage;

namespace Touchline.RemoteWrite;

/// <summary>What the receiver took and refused since start. Messages that a sender is asked to repeat are counted when they are stored. Thread-safe.</summary>
public sealed class RemoteWriteFigures
{
    private readonly long[] _refused = new long[Enum.GetValues<AppendStatus>().Length];
    private long _messages;
    private long _bytes;
    private long _samples;
    private long _histograms;
    private long _exemplars;
    private long _exemplarsRefused;
    private long _withoutMetadata;
    private long _malformed;
    private long _unavailable;

    /// <summary>Messages that were stored, in whole or in part.</summary>
    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Bytes of their bodies, compressed.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Float samples of them, those that were there already included, as a sender is told.</summary>
    public long Samples => Interlocked.Read(ref _samples);

    public long Histograms => Interlocked.Read(ref _histograms);

    public long Exemplars => Interlocked.Read(ref _exemplars);

    /// <summary>Exemplars that were not taken, which fails no message.</summary>
    public long ExemplarsRefused => Interlocked.Read(ref _exemplarsRefused);

    /// <summary>Samples of version 2 whose series came without type, help and unit.</summary>
    public long SamplesWithoutMetadata => Interlocked.Read(ref _withoutMetadata);

    /// <summary>Bodies that are no message, or too large a one.</summary>
    public long Malformed => Interlocked.Read(ref _malformed);

    /// <summary>Messages that the store did not take for the time being.</summary>
    public long Unavailable => Interlocked.Read(ref _unavailable);

    /// <summary>Samples that were refused for this reason.</summary>
    public long Refused(AppendStatus reason) => Interlocked.Read(ref _refused[(int)reason]);

    internal void CountMalformed() => Interlocked.Increment(ref _malformed);

    internal void CountUnavailable() => Interlocked.Increment(ref _unavailable);

    internal void Count(int bytes, MessageCounts counts)
    {
        Interlocked.Increment(ref _messages);
        Interlocked.Add(ref _bytes, bytes);
        Add(ref _samples, counts.Samples);
        Add(ref _histograms, counts.Histograms);
        Add(ref _exemplars, counts.Exemplars);
        Add(ref _exemplarsRefused, counts.ExemplarsRefused);
        Add(ref _withoutMetadata, counts.WithoutMetadata);
        for (var reason = 0; reason < _refused.Length; reason++)
        {
            Add(ref _refused[reason], counts.Refused((AppendStatus)reason));
        }
    }

    private static void Add(ref long counter, long more)
    {
        if (more != 0)
        {
            Interlocked.Add(ref counter, more);
        }
    }
}
