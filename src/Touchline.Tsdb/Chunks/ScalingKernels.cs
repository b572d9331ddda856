using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Touchline.Tsdb.Chunks;

/// <summary>Turns integers into doubles in the same memory.</summary>
internal static class ScalingKernels
{
    /// <summary>
    /// An integer over a power of ten without a division: a product with the reciprocal, and its remainder folded back (Markstein). The encoder
    /// accepts only integers for which this gives the bits of the division.
    /// </summary>
    public static double Quotient(double dividend, double divisor, double reciprocal)
    {
        var estimate = dividend * reciprocal;
        return Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(-estimate, divisor, dividend), reciprocal, estimate);
    }

    /// <summary>Divides every integer, left in the place of the double that it becomes.</summary>
    public static void Divide(Span<double> values, double divisor, SimdPath path)
    {
        if (divisor == 1)
        {
            Multiply(values, 1, path);
            return;
        }
        var i = 0;
        ref var integers = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<double, long>(values));
        ref var doubles = ref MemoryMarshal.GetReference(values);
        if (path == SimdPath.Avx512)
        {
            var divisors = Vector512.Create(divisor);
            var reciprocals = Vector512.Create(1 / divisor);
            for (; i <= values.Length - 8; i += 8)
            {
                var dividend = Avx512DQ.ConvertToVector512Double(Vector512.LoadUnsafe(ref integers, (nuint)i));
                var estimate = dividend * reciprocals;
                var remainder = Avx512F.FusedMultiplyAddNegated(estimate, divisors, dividend);
                Avx512F.FusedMultiplyAdd(remainder, reciprocals, estimate).StoreUnsafe(ref doubles, (nuint)i);
            }
        }
        else if (path == SimdPath.Avx2)
        {
            var divisors = Vector256.Create(divisor);
            var reciprocals = Vector256.Create(1 / divisor);
            for (; i <= values.Length - 4; i += 4)
            {
                var dividend = Vector256.ConvertToDouble(Vector256.LoadUnsafe(ref integers, (nuint)i));
                var estimate = dividend * reciprocals;
                var remainder = Fma.MultiplyAddNegated(estimate, divisors, dividend);
                Fma.MultiplyAdd(remainder, reciprocals, estimate).StoreUnsafe(ref doubles, (nuint)i);
            }
        }
        for (; i < values.Length; i++)
        {
            values[i] = BitConverter.DoubleToInt64Bits(values[i]) / divisor;
        }
    }

    /// <summary>Multiplies every integer, left in the place of the double that it becomes.</summary>
    public static void Multiply(Span<double> values, double factor, SimdPath path)
    {
        var i = 0;
        ref var integers = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<double, long>(values));
        ref var doubles = ref MemoryMarshal.GetReference(values);
        if (path == SimdPath.Avx512)
        {
            var factors = Vector512.Create(factor);
            for (; i <= values.Length - 8; i += 8)
            {
                (Avx512DQ.ConvertToVector512Double(Vector512.LoadUnsafe(ref integers, (nuint)i)) * factors).StoreUnsafe(ref doubles, (nuint)i);
            }
        }
        else if (path == SimdPath.Avx2)
        {
            var factors = Vector256.Create(factor);
            for (; i <= values.Length - 4; i += 4)
            {
                (Vector256.ConvertToDouble(Vector256.LoadUnsafe(ref integers, (nuint)i)) * factors).StoreUnsafe(ref doubles, (nuint)i);
            }
        }
        for (; i < values.Length; i++)
        {
            values[i] = BitConverter.DoubleToInt64Bits(values[i]) * factor;
        }
    }
}
