using System.Runtime.Intrinsics.X86;

namespace Touchline.Tsdb.Chunks;

/// <summary>Which instructions a decoder uses. All give identical bits; tests force each that the processor has.</summary>
internal enum SimdPath
{
    Scalar,
    Avx2,
    Avx512,
}

internal static class SimdPaths
{
    /// <summary>The widest that this processor has.</summary>
    public static readonly SimdPath Best =
        Avx512Vbmi.IsSupported && Avx512DQ.IsSupported ? SimdPath.Avx512 : Avx2.IsSupported && Fma.IsSupported ? SimdPath.Avx2 : SimdPath.Scalar;

    /// <summary>Those that this processor has, narrowest first.</summary>
    public static IEnumerable<SimdPath> Supported => Enum.GetValues<SimdPath>().Where(path => path <= Best);
}
