using Touchline.RemoteWrite.Sending.Shards;

namespace Touchline.RemoteWrite.Sending.Messages;

/// <summary>
/// Finds the samples of each series in a batch, so that labels are written once a series: after an outage a batch holds many samples of few.
/// Reused; not thread-safe.
/// </summary>
internal sealed class SeriesChains
{
    private readonly List<int> _heads = [];
    private int[] _next = [];

    /// <summary>The place of the first sample of each series, in the order in which they come.</summary>
    public IReadOnlyList<int> Heads => _heads;

    public void Build(IReadOnlyList<PendingSample> samples)
    {
        _heads.Clear();
        if (_next.Length < samples.Count)
        {
            _next = new int[samples.Count];
        }
        for (var i = 0; i < samples.Count; i++)
        {
            _next[i] = -1;
            var series = samples[i].Series;
            if (series.LastInBatch < 0)
            {
                _heads.Add(i);
            }
            else
            {
                _next[series.LastInBatch] = i;
            }
            series.LastInBatch = i;
        }
        foreach (var head in _heads)
        {
            samples[head].Series.LastInBatch = -1;
        }
    }

    /// <summary>The place of the next sample of the same series, -1 behind the last.</summary>
    public int Next(int place) => _next[place];
}
