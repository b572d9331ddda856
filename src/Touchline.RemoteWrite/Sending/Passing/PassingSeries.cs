using Touchline.Model;

namespace Touchline.RemoteWrite.Sending.Passing;

/// <summary>The newest sample of a series, which is all that is kept of it.</summary>
internal sealed class PassingSeries(ulong reference, Labels labels)
{
    public ulong Reference { get; } = reference;

    public Labels Labels { get; } = labels;

    public long LatestMs { get; set; } = long.MinValue;

    public ulong LatestBits { get; set; }
}
