using System.Runtime.CompilerServices;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// Samples of a batch in the log, 4 to 5 bytes each: series mostly follow each other, times are the same, and most values are decimals. A
/// record is understood by itself, so that damage to one costs no other. Format: docs/formats/wal.md, "Samples".
/// </summary>
internal static class LoggedSamples
{
    private const ulong FormMask = 3;
    private const ulong SameExponent = 0;
    private const ulong OwnExponent = 1;
    private const ulong Raw = 2;
    private const ulong Histogram = 3;
    private const ulong OtherTime = 4;
    private const int FlagBits = 3;

    /// <summary>A whole sample, histograms apart.</summary>
    private const int MaxLength = (3 * PrefixVarint.MaxLength) + 1;

    // Called once a batch, too seldom for the runtime to compile it anew: what is compiled ahead calls where it could inline (benchmarks/parse).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(ByteBuffer to, ReadOnlySpan<PendingSample> samples)
    {
        to.WriteVarint((ulong)samples.Length);
        long reference = 0;
        long time = 0;
        var exponent = 0;
        foreach (ref readonly var sample in samples)
        {
            var isHistogram = sample.Histogram is not null;
            var (own, mantissa) = (exponent, 0L);
            var form = isHistogram ? Histogram : FormOf(sample, exponent, out own, out mantissa);
            var flags = form | (sample.Time != time ? OtherTime : 0);
            // References that follow each other cost no more than their flags.
            var room = to.Reserve(MaxLength);
            var length = PrefixVarint.Write(room, (PrefixVarint.ZigZag(sample.Series.Reference - reference - 1) << FlagBits) | flags);
            if (sample.Time != time)
            {
                length += PrefixVarint.Write(room[length..], PrefixVarint.ZigZag(sample.Time - time));
            }
            (reference, time) = (sample.Series.Reference, sample.Time);
            switch (form)
            {
                case OwnExponent:
                    exponent = own;
                    room[length++] = (byte)own;
                    length += PrefixVarint.Write(room[length..], PrefixVarint.ZigZag(mantissa));
                    break;
                case SameExponent:
                    length += PrefixVarint.Write(room[length..], PrefixVarint.ZigZag(mantissa));
                    break;
                case Raw:
                    BitConverter.TryWriteBytes(room[length..], sample.Value);
                    length += sizeof(double);
                    break;
            }
            to.Truncate(to.Length - MaxLength + length);
            if (isHistogram)
            {
                to.WriteVarint((ulong)sample.Histogram!.Length);
                to.WriteBytes(sample.Histogram);
            }
        }
    }

    /// <exception cref="CorruptDataException">The bytes are not what was written.</exception>
    public static void Read(ref ByteReader reader, IBatchVisitor into, bool outOfOrder)
    {
        long reference = 0;
        long time = 0;
        var power = 1.0;
        for (var samples = reader.ReadCount(2); samples > 0; samples--)
        {
            var coded = reader.ReadVarint();
            reference += PrefixVarint.UnZigZag(coded >> FlagBits) + 1;
            time += (coded & OtherTime) != 0 ? reader.ReadZigZag() : 0;
            switch (coded & FormMask)
            {
                case SameExponent:
                    into.Sample((uint)reference, time, reader.ReadZigZag() / power, outOfOrder);
                    break;
                case OwnExponent:
                    var exponent = reader.ReadByte();
                    power = exponent <= DecimalScale.MaxExponent ? DecimalScale.Power(exponent) : throw new CorruptDataException($"exponent {exponent} is out of range");
                    into.Sample((uint)reference, time, reader.ReadZigZag() / power, outOfOrder);
                    break;
                case Raw:
                    into.Sample((uint)reference, time, reader.ReadDouble(), outOfOrder);
                    break;
                default:
                    into.Histogram((uint)reference, time, reader.ReadBytes(reader.ReadCount()), outOfOrder);
                    break;
            }
        }
    }

    /// <summary>How a value is written: with the exponent of the value before, that of its series, or bit for bit.</summary>
    private static ulong FormOf(in PendingSample sample, int exponent, out int own, out long mantissa)
    {
        own = exponent;
        if (DecimalScale.TryScale(sample.Value, exponent, out mantissa))
        {
            return SameExponent;
        }
        // The head's encoder has looked for an exponent already. What it knows may change meanwhile; it is only where to try.
        own = sample.Series.IsNone ? exponent : sample.Series.ExponentHint;
        if (DecimalScale.TryScale(sample.Value, own, out mantissa))
        {
            return OwnExponent;
        }
        own = !sample.Series.IsNone && sample.Series.IsSeldomDecimal ? -1 : DecimalScale.SmallestExponent(sample.Value, 0, out mantissa);
        return own < 0 ? Raw : OwnExponent;
    }
}
