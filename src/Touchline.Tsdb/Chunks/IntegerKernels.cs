using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Touchline.Tsdb.Chunks;

/// <summary>The passes over decoded integers that every column needs, each scalar and wide.</summary>
internal static class IntegerKernels
{
    /// <summary>Replaces each integer by the sum of all up to it.</summary>
    public static void Sum(Span<long> values, SimdPath path)
    {
        var i = 0;
        long total = 0;
        if (path == SimdPath.Avx512 && values.Length >= 8)
        {
            ref var start = ref MemoryMarshal.GetReference(values);
            var carry = Vector512<long>.Zero;
            var last = Vector512.Create(7L);
            for (; i <= values.Length - 8; i += 8)
            {
                var vector = Vector512.LoadUnsafe(ref start, (nuint)i);
                vector += Avx512F.AlignRight64(vector, Vector512<long>.Zero, 7);
                vector += Avx512F.AlignRight64(vector, Vector512<long>.Zero, 6);
                vector += Avx512F.AlignRight64(vector, Vector512<long>.Zero, 4);
                vector += carry;
                vector.StoreUnsafe(ref start, (nuint)i);
                carry = Avx512F.PermuteVar8x64(vector, last);
            }
            total = carry[0];
        }
        else if (path == SimdPath.Avx2 && values.Length >= 4)
        {
            ref var start = ref MemoryMarshal.GetReference(values);
            var carry = Vector256<long>.Zero;
            for (; i <= values.Length - 4; i += 4)
            {
                var vector = Vector256.LoadUnsafe(ref start, (nuint)i);
                vector += Avx2.ShiftLeftLogical128BitLane(vector, 8);
                // The sum of the lower pair is added to both of the upper.
                vector += Avx2.Blend(Vector256<int>.Zero, Avx2.Permute4x64(vector, 0b01_01_00_00).AsInt32(), 0b1111_0000).AsInt64();
                vector += carry;
                vector.StoreUnsafe(ref start, (nuint)i);
                carry = Avx2.Permute4x64(vector, 0b11_11_11_11);
            }
            total = carry[0];
        }
        for (; i < values.Length; i++)
        {
            total += values[i];
            values[i] = total;
        }
    }

    /// <summary>Adds to each integer.</summary>
    public static void Add(Span<long> values, long what, SimdPath path)
    {
        if (what != 0)
        {
            MultiplyAdd(values, 1, what, path);
        }
    }

    /// <summary>value × factor + addend for each, wrapping around.</summary>
    public static void MultiplyAdd(Span<long> values, long factor, long addend, SimdPath path)
    {
        var i = 0;
        ref var start = ref MemoryMarshal.GetReference(values);
        if (path == SimdPath.Avx512)
        {
            var factors = Vector512.Create(factor);
            var addends = Vector512.Create(addend);
            for (; i <= values.Length - 8; i += 8)
            {
                var vector = Vector512.LoadUnsafe(ref start, (nuint)i);
                vector = factor == 1 ? vector + addends : Avx512DQ.MultiplyLow(vector, factors) + addends;
                vector.StoreUnsafe(ref start, (nuint)i);
            }
        }
        else if (path == SimdPath.Avx2 && factor == 1)
        {
            var addends = Vector256.Create(addend);
            for (; i <= values.Length - 4; i += 4)
            {
                (Vector256.LoadUnsafe(ref start, (nuint)i) + addends).StoreUnsafe(ref start, (nuint)i);
            }
        }
        for (; i < values.Length; i++)
        {
            values[i] = (values[i] * factor) + addend;
        }
    }

    /// <summary>Undoes the zigzag of each.</summary>
    public static void UnZigZag(Span<long> values, SimdPath path)
    {
        var i = 0;
        ref var start = ref MemoryMarshal.GetReference(values);
        if (path == SimdPath.Avx512)
        {
            for (; i <= values.Length - 8; i += 8)
            {
                var vector = Vector512.LoadUnsafe(ref start, (nuint)i);
                ((vector >>> 1) ^ (Vector512<long>.Zero - (vector & Vector512<long>.One))).StoreUnsafe(ref start, (nuint)i);
            }
        }
        else if (path == SimdPath.Avx2)
        {
            for (; i <= values.Length - 4; i += 4)
            {
                var vector = Vector256.LoadUnsafe(ref start, (nuint)i);
                ((vector >>> 1) ^ (Vector256<long>.Zero - (vector & Vector256<long>.One))).StoreUnsafe(ref start, (nuint)i);
            }
        }
        for (; i < values.Length; i++)
        {
            values[i] = Files.PrefixVarint.UnZigZag((ulong)values[i]);
        }
    }
}
