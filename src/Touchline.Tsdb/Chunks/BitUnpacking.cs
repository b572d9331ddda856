using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// Unpacks eight values of one width at a time: they take exactly <c>width</c> bytes. A byte permutation brings the bytes of each value
/// into its own 64-bit lane, a shift by lane and a mask cut it out. The wide loads read up to 64 bytes ahead, so the end of the input
/// is unpacked from a padded copy.
/// </summary>
internal static class BitUnpacking
{
    /// <summary>Eight bytes hold a value of up to 57 bits whatever its offset in the first byte.</summary>
    public const int MaxWidth = 56;

    private const int LoadAhead = 64;

    private static readonly Vector512<byte>[] Bytes512 = [.. Enumerable.Range(0, MaxWidth + 1).Select(BytesOfEight)];
    private static readonly Vector512<ulong>[] Shifts512 = [.. Enumerable.Range(0, MaxWidth + 1).Select(ShiftsOfEight)];

    // For AVX2, whose byte shuffle stays within 16 bytes: the pair of values 2i and 2i + 1 from a load of its own.
    private static readonly Vector128<byte>[] BytesOfPairs = [.. Enumerable.Range(0, 4 * (MaxWidth + 1)).Select(BytesOfPair)];

    public static void Unpack(ReadOnlySpan<byte> from, int width, Span<ulong> values, SimdPath path)
    {
        var groups = values.Length / 8;
        var safe = Math.Max(0, Math.Min(groups, (from.Length - LoadAhead) / width));
        UnpackGroups(from, width, values[..(8 * safe)], path);
        if (8 * safe == values.Length)
        {
            return;
        }
        // What is left is shorter than a load and a group.
        Span<byte> padded = stackalloc byte[LoadAhead + MaxWidth + LoadAhead];
        padded.Clear();
        from[(safe * width)..].CopyTo(padded);
        UnpackGroups(padded, width, values[(8 * safe)..(8 * groups)], path);
        if (8 * groups < values.Length)
        {
            Span<ulong> last = stackalloc ulong[8];
            UnpackGroups(padded[((groups - safe) * width)..], width, last, path);
            last[..(values.Length - (8 * groups))].CopyTo(values[(8 * groups)..]);
        }
    }

    private static void UnpackGroups(ReadOnlySpan<byte> from, int width, Span<ulong> values, SimdPath path)
    {
        if (path == SimdPath.Avx512)
        {
            UnpackGroups512(from, width, values);
        }
        else
        {
            UnpackGroups256(from, width, values);
        }
    }

    private static void UnpackGroups512(ReadOnlySpan<byte> from, int width, Span<ulong> values)
    {
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(values);
        var bytes = Bytes512[width];
        var shifts = Shifts512[width];
        var mask = Vector512.Create((1UL << width) - 1);
        for (nuint i = 0; i < (nuint)values.Length; i += 8)
        {
            var loaded = Vector512.LoadUnsafe(ref source);
            var lanes = Avx512Vbmi.PermuteVar64x8(loaded, bytes).AsUInt64();
            (Avx512F.ShiftRightLogicalVariable(lanes, shifts) & mask).StoreUnsafe(ref target, i);
            source = ref Unsafe.Add(ref source, width);
        }
    }

    private static void UnpackGroups256(ReadOnlySpan<byte> from, int width, Span<ulong> values)
    {
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(values);
        var lowBytes = Vector256.Create(BytesOfPairs[4 * width], BytesOfPairs[(4 * width) + 1]);
        var highBytes = Vector256.Create(BytesOfPairs[(4 * width) + 2], BytesOfPairs[(4 * width) + 3]);
        var lowShifts = Shifts512[width].GetLower();
        var highShifts = Shifts512[width].GetUpper();
        var mask = Vector256.Create((1UL << width) - 1);
        nuint second = (nuint)(2 * width / 8), third = (nuint)(4 * width / 8), fourth = (nuint)(6 * width / 8);
        for (nuint i = 0; i < (nuint)values.Length; i += 8)
        {
            var low = Vector256.Create(Vector128.LoadUnsafe(ref source), Vector128.LoadUnsafe(ref source, second));
            var high = Vector256.Create(Vector128.LoadUnsafe(ref source, third), Vector128.LoadUnsafe(ref source, fourth));
            (Avx2.ShiftRightLogicalVariable(Avx2.Shuffle(low, lowBytes).AsUInt64(), lowShifts) & mask).StoreUnsafe(ref target, i);
            (Avx2.ShiftRightLogicalVariable(Avx2.Shuffle(high, highBytes).AsUInt64(), highShifts) & mask).StoreUnsafe(ref target, i + 4);
            source = ref Unsafe.Add(ref source, width);
        }
    }

    private static Vector512<byte> BytesOfEight(int width)
    {
        Span<byte> bytes = stackalloc byte[64];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((i / 8 * width / 8) + (i % 8));
        }
        return Vector512.Create<byte>(bytes);
    }

    private static Vector512<ulong> ShiftsOfEight(int width)
    {
        Span<ulong> shifts = stackalloc ulong[8];
        for (var i = 0; i < shifts.Length; i++)
        {
            shifts[i] = (ulong)(i * width % 8);
        }
        return Vector512.Create<ulong>(shifts);
    }

    private static Vector128<byte> BytesOfPair(int widthAndPair)
    {
        var (width, pair) = (widthAndPair / 4, widthAndPair % 4);
        var start = 2 * pair * width / 8;
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((((2 * pair) + (i / 8)) * width / 8) - start + (i % 8));
        }
        return Vector128.Create<byte>(bytes);
    }
}
