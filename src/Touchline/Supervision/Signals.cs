using System.Runtime.InteropServices;

namespace Touchline.Supervision;

/// <summary>Signals that .NET itself cannot send.</summary>
internal static class Signals
{
    private const int SigTerm = 15;

    /// <summary>Asks a process to end. One that has ended already is fine.</summary>
    public static void Terminate(int processId) => _ = Kill(processId, SigTerm);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int processId, int signal);
}
