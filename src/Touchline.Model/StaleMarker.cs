using System.Runtime.InteropServices;

namespace Touchline.Model;

/// <summary>
/// The NaN that says "this series ended here". It is one exact bit pattern, so it must be compared by bits and copied without
/// arithmetic. Source: Prometheus, model/value.
/// </summary>
public static class StaleMarker
{
    public const ulong Bits = 0x7ff0000000000002;

    /// <summary>The NaN that ordinary results are normalised to.</summary>
    public const ulong NormalNaNBits = 0x7ff8000000000001;

    public static double Value => BitConverter.UInt64BitsToDouble(Bits);

    /// <summary>Whether one of the values is it.</summary>
    public static bool IsIn(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, ulong>(values).Contains(Bits);

    public static bool Is(double value) => BitConverter.DoubleToUInt64Bits(value) == Bits;
}
