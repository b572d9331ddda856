using System.Reflection;
using System.Runtime.InteropServices;

namespace Touchline.Agent;

/// <summary>
/// Starts this process anew in its place, with a runtime set up for little memory. The runtime reads such settings before any of our code runs, and
/// a server, which is the same executable, wants other ones.
/// </summary>
internal static class LeanRuntime
{
    /// <summary>docs/benchmarks.md has what they are worth together. Numbers are hexadecimal, as the runtime reads them.</summary>
    private static readonly (string Name, string Value)[] Settings =
    [
        ("DOTNET_TieredCompilation", "0"), // What was compiled ahead stays as it is, and needs no counters of calls.
        ("DOTNET_gcConcurrent", "0"), // No thread that collects beside others, which has bookkeeping of its own.
        ("DOTNET_GCgen0size", "100000"), // Garbage is collected after 1 MiB, and not after as much as the processor's cache has.
        ("MALLOC_ARENA_MAX", "1"), // Threads that hardly ask for memory need no stock of their own.
    ];

    /// <summary>Returns when the runtime is as it should be, or when it cannot be had: that costs memory and nothing else.</summary>
    public static void Enter()
    {
        // What the user set stays as it is, and once is enough.
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Settings[0].Name) is not null
            || Assembly.GetEntryAssembly() != typeof(LeanRuntime).Assembly || Environment.ProcessPath is not { } program)
        {
            return;
        }
        try
        {
            // Each argument ends with a zero, so behind the last one there is an empty one, which becomes the end of the list.
            string?[] arguments = File.ReadAllText("/proc/self/cmdline").Split('\0');
            arguments[^1] = null;
            foreach (var (name, value) in Settings)
            {
                _ = SetVariable(name, value, overwrite: 0);
            }
            _ = Execute(program, arguments); // It comes back only where it failed.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EntryPointNotFoundException or DllNotFoundException)
        {
            return;
        }
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetVariable(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);

    [DllImport("libc", EntryPoint = "execv")]
    private static extern int Execute(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string program, [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] arguments);
}
