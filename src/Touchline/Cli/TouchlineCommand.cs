using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Touchline.Agent;
using Touchline.Cli.Query;
using Touchline.Configuration.Syntax;
using Touchline.Hosting;

namespace Touchline.Cli;

/// <summary>The command line: the server itself, and the verbs beside it.</summary>
internal static class TouchlineCommand
{
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        var flags = new ServerFlags();
        var root = Create(flags, output, error);
        var parsed = root.Parse(Normalize(arguments, flags));
        if (parsed.Action is null or ParseErrorAction)
        {
            foreach (var problem in Problems(parsed))
            {
                error.WriteLine($"touchline: {problem}");
            }
            error.WriteLine($"Run \"{CommandPath(parsed.CommandResult.Command)} --help\" for what it takes.");
            return ExitCodes.CouldNotRun;
        }
        // The server stops in its own order and time; the library would end the process after two seconds.
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false, Output = output, Error = error };
        return await parsed.InvokeAsync(invocation);
    }

    internal static RootCommand Create(ServerFlags flags, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Touchline watches hosts, processes and applications, keeps what it saw, and answers in PromQL: one process.\nWithout a verb it runs the server.");
        root.Options.OfType<VersionOption>().Single().Action = new PrintVersion(output);
        foreach (var flag in flags.All)
        {
            root.Options.Add(flag);
        }
        foreach (var name in CompatibilityFlags.WithValue)
        {
            root.Options.Add(new Option<string[]>("--" + name) { Hidden = true, Arity = ArgumentArity.OneOrMore });
        }
        foreach (var name in CompatibilityFlags.Switches)
        {
            root.Options.Add(new Option<bool>("--" + name) { Hidden = true, Arity = ArgumentArity.ZeroOrOne });
        }
        root.Subcommands.Add(CheckCommand.Create(output, error));
        root.Subcommands.Add(QueryCommand.Create(output, error));
        root.Subcommands.Add(TestCommand.Create(output, error));
        root.Subcommands.Add(TsdbCommand.Create(output, error));
        root.SetAction((parsed, cancellationToken) => ServeAsync(flags, parsed, output, error, cancellationToken));
        return root;
    }

    private static async Task<int> ServeAsync(ServerFlags flags, ParseResult parsed, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var reader = new ServerOptionsReader(flags, parsed);
        var options = reader.Read();
        if (reader.Errors.Count > 0)
        {
            foreach (var problem in reader.Errors)
            {
                error.WriteLine($"touchline: {problem}");
            }
            return ExitCodes.CouldNotRun;
        }
        if (options.IsAgent)
        {
            LeanRuntime.Enter();
            return await AgentRun.RunAsync(options, reader.Warnings, output, error, cancellationToken);
        }
        return await ServerRun.RunAsync(options, reader.Warnings, output, error, cancellationToken);
    }

    /// <summary>Turns <c>--no-switch</c> into <c>--switch=false</c>, and <c>--flag=</c> into a flag with an empty value, as Prometheus takes them.</summary>
    internal static string[] Normalize(string[] arguments, ServerFlags flags)
    {
        var switches = flags.All.OfType<Option<bool>>().Select(flag => flag.Name[2..]).Concat(CompatibilityFlags.Switches).ToHashSet();
        var normal = new List<string>(arguments.Length);
        foreach (var argument in arguments)
        {
            if (argument.StartsWith("--no-", StringComparison.Ordinal) && switches.Contains(argument[5..]))
            {
                normal.Add($"--{argument[5..]}=false");
            }
            else if (argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf('=') == argument.Length - 1)
            {
                normal.Add(argument[..^1]);
                normal.Add("");
            }
            else
            {
                normal.Add(argument);
            }
        }
        return [.. normal];
    }

    private static IEnumerable<string> Problems(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var unknownFlags = parsed.UnmatchedTokens.Where(t => t.StartsWith('-')).ToList();
        if (unknownFlags.Count > 0)
        {
            var known = command.Options.Where(o => !o.Hidden || o.Name.StartsWith("--collector.", StringComparison.Ordinal)).Select(o => o.Name).ToList();
            foreach (var token in unknownFlags)
            {
                var name = token.Split('=')[0];
                var meant = Spelling.Closest(name, known);
                yield return $"there is no flag {name}{(meant is null ? "" : $"; did you mean {meant}?")}";
            }
            yield break;
        }
        if (parsed.UnmatchedTokens is [var word, ..])
        {
            var verbs = command.Subcommands.Select(c => c.Name).ToList();
            var meant = Spelling.Closest(word, verbs);
            yield return verbs.Count == 0
                ? $"unexpected argument \"{word}\""
                : $"there is no verb \"{word}\"{(meant is null ? $"; there are {string.Join(", ", verbs)}" : $"; did you mean {meant}?")}";
            yield break;
        }
        if (parsed.Errors.Count == 0 && command.Subcommands.Count > 0)
        {
            yield return $"\"{CommandPath(command)}\" wants one of {string.Join(", ", command.Subcommands.Select(c => c.Name))}";
            yield break;
        }
        foreach (var problem in parsed.Errors)
        {
            yield return problem.Message;
        }
    }

    private sealed class PrintVersion(TextWriter output) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var revision = BuildVersion.Revision.Length > 0 ? $" (revision {BuildVersion.Revision})" : "";
            output.WriteLine($"touchline, version {BuildVersion.Version}{revision}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
            return ExitCodes.Fine;
        }
    }

    private static string CommandPath(Command command)
    {
        var names = new List<string>();
        for (Symbol? symbol = command; symbol is Command and not RootCommand; symbol = symbol.Parents.FirstOrDefault())
        {
            names.Insert(0, symbol.Name);
        }
        return string.Join(' ', names.Prepend("touchline"));
    }
}
