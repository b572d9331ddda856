using System.Globalization;
using System.Text;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Decoding;

/// <summary>What of a message was refused: how often by reason, and the first of each. Reused; not thread-safe.</summary>
internal sealed class Refusals
{
    /// <summary>Reasons can hold figures of the sender's; what is beyond so many kinds is only counted.</summary>
    private const int MaxReasons = 10;

    private const int MaxTextLength = 512;

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _firsts = new(StringComparer.Ordinal);
    private long _total;

    public bool Any => _total > 0;

    public void Clear()
    {
        _counts.Clear();
        _firsts.Clear();
        _total = 0;
    }

    /// <summary>Counts samples of one reason. True where the caller should <see cref="Explain"/> it, as it is the first.</summary>
    public bool Add(string reason, int samples)
    {
        _total += samples;
        if (_counts.TryGetValue(reason, out var known))
        {
            _counts[reason] = known + samples;
            return false;
        }
        return _counts.Count < MaxReasons && _counts.TryAdd(reason, samples);
    }

    /// <summary>Cut where it is long: a series may be refused for being megabytes, and who sends it logs the answer.</summary>
    public void Explain(string reason, string series, long timestampMs) =>
        _firsts[reason] = string.Create(CultureInfo.InvariantCulture, $"{Cut(series)} at {timestampMs}");

    /// <summary>As Prometheus names it, so that logs are found again.</summary>
    public static string ReasonOf(AppendStatus status) => status switch
    {
        AppendStatus.OutOfOrder => "out of order sample",
        AppendStatus.DuplicateTimestamp => "duplicate sample for timestamp",
        AppendStatus.TooOld => "too old sample",
        AppendStatus.TooFarInFuture => "out of bounds: too far in the future",
        AppendStatus.SeriesLimit => "series limit reached",
        _ => "invalid metric name or labels",
    };

    /// <summary>One line for the sender's log.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_total} samples of the message were not stored: ");
        var separator = "";
        foreach (var (reason, count) in _counts)
        {
            text.Append(separator).Append(CultureInfo.InvariantCulture, $"{Cut(reason)} ({count}, first {_firsts.GetValueOrDefault(reason)})");
            separator = "; ";
        }
        return text.ToString();
    }

    private static string Cut(string text) => text.Length > MaxTextLength ? text[..MaxTextLength] + "…" : text;
}
