using Touchline.Storage;

namespace Touchline.RemoteWrite.Decoding;

/// <summary>What became of the parts of one message. Reused; not thread-safe.</summary>
internal sealed class MessageCounts
{
    private readonly long[] _refused = new long[Enum.GetValues<AppendStatus>().Length];

    public long Samples { get; set; }

    public long Histograms { get; set; }

    public long Exemplars { get; set; }

    public long ExemplarsRefused { get; set; }

    public long WithoutMetadata { get; set; }

    public long Refused(AppendStatus reason) => _refused[(int)reason];

    public void Refuse(AppendStatus reason) => _refused[(int)reason]++;

    public void Clear()
    {
        (Samples, Histograms, Exemplars, ExemplarsRefused, WithoutMetadata) = (0, 0, 0, 0, 0);
        Array.Clear(_refused);
    }
}
