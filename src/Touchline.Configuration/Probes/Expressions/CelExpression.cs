using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Cel;
using Touchline.Model;

namespace Touchline.Configuration.Probes.Expressions;

/// <summary>
/// An expression of CEL about a JSON object, which it knows as <c>body</c>. Thread-safe: one evaluation after the other. Source: the language
/// definition of CEL.
/// </summary>
public sealed class CelExpression
{
    /// <summary>An expression is read and evaluated by recursion, as deep as it is long: so much fits on the stack many times over.</summary>
    public const int LongestText = 2000;

    /// <summary>Numbers take twelve times the room that they have in a body.</summary>
    public const int LargestBodyBytes = 1024 * 1024;

    private const int StackBytes = 16 * 1024 * 1024;
    private const int MostRegexes = 100;

    private static readonly TimeSpan TrialTime = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, SearchRegex> _regexes = new(StringComparer.Ordinal);
    private CelProgramDelegate _program = null!;

    private CelExpression(string text) => Text = text;

    public string Text { get; }

    /// <summary>Reads an expression and tries it on an empty object, as names that do not exist are found only there.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="expression">Null where it is none.</param>
    /// <param name="error">What is wrong with it.</param>
    public static bool TryCompile(string text, [NotNullWhen(true)] out CelExpression? expression, out string error)
    {
        (expression, error) = (null, "");
        if (text.Length > LongestText)
        {
            error = $"it is longer than {LongestText} characters";
            return false;
        }
        var made = new CelExpression(text);
        var trial = Task.Run(async () =>
        {
            using var time = new CancellationTokenSource(TrialTime);
            return await made.TryAsync(time.Token).ConfigureAwait(false);
        });
        error = trial.GetAwaiter().GetResult();
        expression = error.Length == 0 ? made : null;
        return expression is not null;
    }

    /// <summary>What the expression says of a body.</summary>
    /// <param name="json">A JSON object in UTF-8.</param>
    /// <param name="deadline">Ends it.</param>
    public async Task<CelResult> EvaluateAsync(ReadOnlyMemory<byte> json, CancellationToken deadline)
    {
        IReadOnlyDictionary<string, object?> body;
        try
        {
            body = CelBody.Parse(json, deadline);
        }
        catch (JsonException e)
        {
            return new CelResult(null, e.Message);
        }
        try
        {
            await _turn.WaitAsync(deadline).ConfigureAwait(false);
            var running = OnLargeStackAsync(() => Evaluate(body));
            // Whoever is next waits for this one, so that at most one goes on that nobody waits for.
            _ = running.ContinueWith(_ => _turn.Release(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return await running.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new CelResult(null, "the expression takes longer than the probe may");
        }
    }

    public override string ToString() => Text;

    /// <summary>Why the expression cannot be used; empty where it can.</summary>
    private async Task<string> TryAsync(CancellationToken deadline)
    {
        try
        {
            return await OnLargeStackAsync(() => Compile(deadline)).WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return "evaluating it for an empty body takes too long";
        }
    }

    private string Compile(CancellationToken deadline)
    {
        try
        {
            var environment = new CelEnvironment(null, "");
            environment.RegisterFunction("matches", [typeof(string), typeof(string)], Matches);
            _program = environment.Compile(Text);
            _program(Variables(CelBody.Parse("{}"u8.ToArray(), deadline)));
            return "";
        }
        catch (Exception e) when (e is CelExpressionParserException or CelUndeclaredReferenceException or CelUnboundFunctionException or OperationCanceledException)
        {
            return FirstLine(e.Message);
        }
#pragma warning disable CA1031 // An empty body has nothing that the expression asks for: what it says of it means nothing.
        catch (Exception)
#pragma warning restore CA1031
        {
            return _program is null ? "it cannot be read" : "";
        }
    }

    private CelResult Evaluate(IReadOnlyDictionary<string, object?> body)
    {
        try
        {
            return _program(Variables(body)) is bool value ? new CelResult(value, "") : new CelResult(null, "the result is neither true nor false");
        }
#pragma warning disable CA1031 // Whatever a body makes the library throw is an evaluation that failed, and said as such.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new CelResult(null, FirstLine(e.Message));
        }
    }

    private static Dictionary<string, object?> Variables(IReadOnlyDictionary<string, object?> body) => new() { ["body"] = body };

    /// <summary>In linear time, and as Go reads expressions; the library's own would backtrack.</summary>
    private object? Matches(object?[] arguments)
    {
        var (text, pattern) = ((string)arguments[0]!, (string)arguments[1]!);
        if (!_regexes.TryGetValue(pattern, out var regex))
        {
            if (_regexes.Count >= MostRegexes)
            {
                // Patterns of the body itself; those of the expression are few.
                _regexes.Clear();
            }
            _regexes.Add(pattern, regex = new SearchRegex(pattern));
        }
        return regex.IsMatch(text);
    }

    private static Task<T> OnLargeStackAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(
            () =>
            {
                try
                {
                    done.SetResult(work());
                }
#pragma warning disable CA1031 // It is thrown where the task is awaited.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    done.SetException(e);
                }
            },
            StackBytes)
        { IsBackground = true, Name = "CEL" }.Start();
        return done.Task;
    }

    private static string FirstLine(string message) => message.Split('\n')[0].TrimEnd();
}

/// <summary>What an expression says.</summary>
/// <param name="Value">Null where it says nothing.</param>
/// <param name="Error">Why it does not.</param>
public readonly record struct CelResult(bool? Value, string Error);
