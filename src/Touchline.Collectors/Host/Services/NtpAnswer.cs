using System.Buffers.Binary;

namespace Touchline.Collectors.Host.Services;

/// <summary>What a time server answered. Points in time are in ns since 1970, spans in ns. Source: RFC 5905, section 7.3.</summary>
/// <param name="Sent">When the question left, by our clock.</param>
/// <param name="Arrived">When the answer arrived, by our clock.</param>
internal sealed record NtpAnswer(int Leap, int Stratum, long RootDelay, long RootDispersion, long Reference, long Received, long Transmitted, long Sent, long Arrived)
{
    public const int Bytes = 48;

    private const int ServerMode = 4;
    private const int UnsynchronizedLeap = 3;
    private const int UnsynchronizedStratum = 16;

    // The longest that a clock may go without being set, and the largest error that a server may have.
    private const long MaxAge = (1L << 17) * NtpTime.NanosecondsPerSecond;
    private const long MaxDispersion = 16 * NtpTime.NanosecondsPerSecond;

    /// <summary>By how much the server's clock is ahead of ours.</summary>
    public long Offset => (Received - Sent + Transmitted - Arrived) / 2;

    public long RoundTrip => Math.Max(0, Arrived - Sent - (Transmitted - Received));

    /// <summary>How far the server's time may be from that of its primary source.</summary>
    public long RootDistance => RootDispersion + (RoundTrip + RootDelay) / 2;

    /// <summary>By how much our clock is wrong at least: what arrived before it was sent tells.</summary>
    public long LeastError => Math.Max(0, Math.Max(Sent - Received, Transmitted - Arrived));

    /// <summary>Whether the server says of itself that its time can be used.</summary>
    public bool IsUsable => Stratum is > 0 and < UnsynchronizedStratum && Leap != UnsynchronizedLeap
        && Transmitted >= Reference && Transmitted - Reference <= MaxAge && RootDelay / 2 + RootDispersion <= MaxDispersion;

    /// <summary>Whether a second is put in or left out at the next midnight (UTC).</summary>
    public bool AnnouncesLeapSecond => Leap is 1 or 2;

    /// <param name="bytes">The datagram.</param>
    /// <param name="cookie">What the question had for its time of sending, which the answer repeats.</param>
    /// <param name="sent">As <see cref="Sent"/>.</param>
    /// <param name="arrived">As <see cref="Arrived"/>.</param>
    /// <exception cref="FormatException">It is no answer to the question.</exception>
    public static NtpAnswer Read(ReadOnlySpan<byte> bytes, ulong cookie, long sent, long arrived)
    {
        if (bytes.Length < Bytes)
        {
            throw new FormatException($"the time server answers with {bytes.Length} bytes and not {Bytes}");
        }
        if ((bytes[0] & 7) != ServerMode || BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]) != cookie || BinaryPrimitives.ReadUInt64BigEndian(bytes[40..]) == 0)
        {
            throw new FormatException("the time server answers another question");
        }
        var answer = new NtpAnswer(
            bytes[0] >> 6, bytes[1], NtpTime.Short(bytes[4..]), NtpTime.Short(bytes[8..]), NtpTime.Timestamp(bytes[16..]), NtpTime.Timestamp(bytes[32..]),
            NtpTime.Timestamp(bytes[40..]), sent, arrived);
        return answer.Received <= answer.Transmitted ? answer : throw new FormatException("the time server answers before it was asked: its clock goes backwards");
    }
}
