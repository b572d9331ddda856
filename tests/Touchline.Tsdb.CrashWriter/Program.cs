using System.Globalization;
using Touchline.Tsdb.CrashWriter;

// Two programs in one: the process that crash tests kill, and the campaign that kills it again and again.
//   DIRECTORY FIRST_STEP SEED      writes until it is killed
//   campaign ROUNDS [SEED]         kills and verifies so many times; prints Markdown
try
{
    if (args is ["campaign", ..])
    {
        var rounds = int.Parse(args[1], CultureInfo.InvariantCulture);
        var seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : Environment.TickCount;
        Console.Error.WriteLine($"seed {seed}");
        Console.WriteLine(Campaign.Run(rounds, seed, Console.Error.WriteLine).ToMarkdown());
        return 0;
    }
    return new Writer(args[0], long.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture)).Run();
}
catch (FaultFoundException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
