using System.Text.Json;
using Touchline.Storage;

namespace Touchline.Tsdb;

/// <summary>What became of samples that were not simply appended, since start. Thread-safe.</summary>
internal sealed class SampleCounts
{
    private readonly long[] _refused = new long[Enum.GetValues<AppendStatus>().Length];
    private readonly TypedCounter _appended = new();
    private readonly TypedCounter _outOfOrder = new();
    private readonly TypedCounter _tooOld = new();
    private readonly TypedCounter _outOfBounds = new();

    public void CountRefused(AppendStatus reason, int samples) => Interlocked.Add(ref _refused[(int)reason], samples);

    /// <param name="windowed">Whether out-of-order samples are taken at all.</param>
    public void CountRefused(AppendStatus reason, bool isHistogram, bool windowed)
    {
        Interlocked.Increment(ref _refused[(int)reason]);
        switch (reason)
        {
            case AppendStatus.OutOfOrder:
                _outOfOrder.Add(isHistogram);
                break;
            case AppendStatus.TooOld:
                (windowed ? _tooOld : _outOfBounds).Add(isHistogram);
                break;
        }
    }

    public void CountOutOfOrder(int samples, int histograms) => _appended.Add(samples - histograms, histograms);

    /// <summary>By reason, in snake case.</summary>
    public Dictionary<string, long> Refused()
    {
        var refused = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var status in Enum.GetValues<AppendStatus>())
        {
            if (status != AppendStatus.Stored)
            {
                refused[JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString())] = Interlocked.Read(ref _refused[(int)status]);
            }
        }
        return refused;
    }

    public OutOfOrderStatus OutOfOrder(long bytes) => new()
    {
        Appended = _appended.Read(),
        Refused = _outOfOrder.Read(),
        TooOld = _tooOld.Read(),
        OutOfBounds = _outOfBounds.Read(),
        Bytes = bytes,
    };

    private sealed class TypedCounter
    {
        private long _floats;
        private long _histograms;

        public void Add(bool isHistogram) => Interlocked.Increment(ref isHistogram ? ref _histograms : ref _floats);

        public void Add(long floats, long histograms)
        {
            Interlocked.Add(ref _floats, floats);
            Interlocked.Add(ref _histograms, histograms);
        }

        public TypedCount Read() => new(Interlocked.Read(ref _floats), Interlocked.Read(ref _histograms));
    }
}
