using System.Runtime.ExceptionServices;

namespace Touchline.PromQL.Syntax;

/// <summary>
/// A thread with a stack for queries that nest deeper than an ordinary stack can take: parsing, planning and evaluating recurse, and a stack that
/// overflows takes the process along. Room is taken only as the recursion needs it.
/// </summary>
internal static class DeepStack
{
    // A level of parentheses takes less than 4 KiB of stack through all stages.
    private const int Bytes = TokenReader.MaxDeepDepth * 16 * 1024;

    public static T Run<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            },
            Bytes);
        thread.Name = "deep query";
        thread.IsBackground = true;
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }
}
