using Touchline.Cli;

return await TouchlineCommand.RunAsync(args, Console.Out, Console.Error);
