using System.Runtime.InteropServices;

namespace Touchline.Collectors.Host.Kernel;

/// <summary>Asks for the state of the kernel's clock; false and the reason where that is not allowed.</summary>
internal delegate bool AdjtimexCall(out KernelClock clock, out int state, out string error);

/// <summary><c>struct timex</c>, the same in glibc and musl on 64-bit Linux; the tail is room for what the kernel may add.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct KernelClock
{
    private uint _modes;
    public long Offset, Frequency, MaximumError, EstimatedError;
    public int Status;
    public long Constant, Precision, Tolerance, Seconds, Microseconds, Tick, PulseFrequency, PulseJitter;
    public int PulseShift;
    public long PulseStability, PulseJitterExceeded, PulseCalibrations, PulseErrors, PulseStabilityExceeded;
    public int TaiOffset;
    private fixed int _reserved[11];
}

/// <summary>adjtimex(2), which changes nothing where no mode is set.</summary>
internal static partial class Adjtimex
{
    public static unsafe bool Call(out KernelClock clock, out int state, out string error)
    {
        KernelClock asked = default;
        state = Ask(&asked);
        clock = asked;
        // Containers may forbid it.
        error = state < 0 ? Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()) : "";
        return state >= 0;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    private static unsafe partial int Ask(KernelClock* clock);
}
