using System.Buffers.Binary;

namespace Touchline.Collectors.Host.Services;

/// <summary>The two forms in which NTP gives times, in ns. Source: RFC 5905, section 6.</summary>
internal static class NtpTime
{
    public const long NanosecondsPerSecond = 1_000_000_000;

    private const long SecondsFrom1900To1970 = 2_208_988_800;
    private const long SecondsOfEra = 1L << 32;

    /// <summary>A point in time, in ns since 1970. One that would lie before 1970 belongs to the era that begins in 2036.</summary>
    public static long Timestamp(ReadOnlySpan<byte> bytes)
    {
        var (seconds, fraction) = ((long)BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));
        seconds += seconds < SecondsFrom1900To1970 ? SecondsOfEra : 0;
        return (seconds - SecondsFrom1900To1970) * NanosecondsPerSecond + Nanoseconds(fraction, 32);
    }

    /// <summary>A span of time in the short form: 16 bits of seconds, 16 of fractions.</summary>
    public static long Short(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt16BigEndian(bytes) * NanosecondsPerSecond + Nanoseconds(BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), 16);

    private static long Nanoseconds(ulong fraction, int bits) => (long)(((fraction * NanosecondsPerSecond) + (1UL << (bits - 1))) >> bits);
}
