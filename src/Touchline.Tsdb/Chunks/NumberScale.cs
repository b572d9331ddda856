using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// How integers become doubles: divided by a power of ten, or multiplied by the double that is nearest to a negative power of ten (exporters compute
/// ticks × 0.001) or by a power of two (fractions of 2^53 from random generators, single precision). Where <see cref="Corrected"/>, a few units in
/// the last place are added afterwards.
/// </summary>
internal readonly record struct NumberScale(NumberScale.Way How, int Exponent, bool Corrected)
{
    private const int CorrectedFlag = 0x40;
    private const int WayShift = 4;
    private const int ExponentMask = 15;
    private const int MaxBinaryExponent = 1074;

    public enum Way
    {
        Divide = 0,
        Multiply = 1,
        Binary = 2,
    }

    /// <summary>What an integer is divided or multiplied by.</summary>
    public double Factor => How switch
    {
        Way.Divide => DecimalScale.Power(Exponent),
        Way.Multiply => DecimalScale.NegativePower(Exponent),
        _ => Math.ScaleB(1, -Exponent),
    };

    public void Write(ByteBuffer to)
    {
        var exponent = How == Way.Binary ? 0 : Exponent;
        to.WriteByte((byte)(exponent | ((int)How << WayShift) | (Corrected ? CorrectedFlag : 0)));
        if (How == Way.Binary)
        {
            to.WriteVarint((ulong)Exponent);
        }
    }

    public static NumberScale Read(ref ByteReader from)
    {
        var coded = from.ReadByte();
        var how = (Way)((coded >> WayShift) & 3);
        var exponent = how == Way.Binary ? from.ReadVarint() : (ulong)(coded & ExponentMask);
        if (how > Way.Binary || coded > (CorrectedFlag | 0x3f) || exponent > MaxBinaryExponent)
        {
            throw new CorruptDataException($"a scale of {coded}, {exponent} is unknown to this version");
        }
        return new NumberScale(how, (int)exponent, (coded & CorrectedFlag) != 0);
    }

    /// <summary>The scale that fits most of the values, which no power of ten divides into integers; null where none is worth trying.</summary>
    public static NumberScale? Guess(ReadOnlySpan<double> values)
    {
        Span<double> sample = stackalloc double[64];
        var count = 0;
        for (var i = 0; i < sample.Length; i++)
        {
            var value = values[(int)((long)i * values.Length / sample.Length)];
            if (double.IsFinite(value) && value != 0)
            {
                sample[count++] = value;
            }
        }
        sample = sample[..count];
        if (count == 0)
        {
            return null;
        }
        // The order is that of the cost: no correction before one, few digits before many.
        for (var corrected = 0; corrected < 2; corrected++)
        {
            for (var exponent = 1; exponent <= DecimalScale.MaxGuessedExponent; exponent++)
            {
                var scale = new NumberScale(corrected == 0 ? Way.Multiply : Way.Divide, exponent, corrected == 1);
                if (scale.FitsMost(sample))
                {
                    return scale;
                }
            }
        }
        var binary = new NumberScale(Way.Binary, BinaryExponent(values), false);
        return binary.Exponent <= MaxBinaryExponent && binary.FitsMost(sample) ? binary : null;
    }

    /// <summary>The integer and the correction that give back the very bits; false where there are none.</summary>
    public bool TryScale(double value, double factor, out long mantissa, out long correction)
    {
        correction = 0;
        var scaled = How == Way.Divide ? value * factor : value / factor;
        if (!(Math.Abs(scaled) <= DecimalScale.MaxMantissa))
        {
            mantissa = 0;
            return false;
        }
        mantissa = (long)Math.Round(scaled);
        var back = How == Way.Divide ? ScalingKernels.Quotient(mantissa, factor, 1 / factor) : mantissa * factor;
        // Both ways of dividing must agree, so that every decoder gives the same bits.
        if (How == Way.Divide && BitConverter.DoubleToInt64Bits(back) != BitConverter.DoubleToInt64Bits(mantissa / factor))
        {
            return false;
        }
        correction = BitConverter.DoubleToInt64Bits(value) - BitConverter.DoubleToInt64Bits(back);
        return Corrected ? mantissa != 0 && Math.Abs(correction) <= DecimalScale.MaxCorrection : correction == 0;
    }

    private bool FitsMost(ReadOnlySpan<double> sample)
    {
        var factor = Factor;
        var misses = 0;
        foreach (var value in sample)
        {
            // A mantissa that fills the double fits anything and says nothing.
            if (!TryScale(value, factor, out var mantissa, out _) || (Corrected && Math.Abs(mantissa) > 1L << 46))
            {
                if (++misses > sample.Length / 8)
                {
                    return false;
                }
            }
        }
        return true;
    }

    private static int BinaryExponent(ReadOnlySpan<double> values)
    {
        var highest = 0;
        foreach (var value in values)
        {
            var bits = BitConverter.DoubleToUInt64Bits(value);
            var exponent = (int)(bits >> 52) & 0x7ff;
            if (exponent is 0 or 0x7ff)
            {
                continue;
            }
            highest = Math.Max(highest, 1075 - exponent - System.Numerics.BitOperations.TrailingZeroCount(bits | (1UL << 52)));
        }
        return highest;
    }
}
